"""Telling the simulated market what to do: plain HTTP on the same port, never counted as a request."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.request import ProxyHandler, Request, build_opener

from pricing.simulator.faults import Fault
from pricing.simulator.instruments import Split
from pricing.simulator.replay import Replay
from pricing.simulator.reply import Reply
from pricing.simulator.tape import latest_session

if TYPE_CHECKING:
    from pricing.simulator.server import MarketServer

CONTROL_TIMEOUT_SECONDS = 10.0
_PREFIX: Final = "/control/"
Asked = dict[str, Any]


def serve(market: "MarketServer", method: str, path: str, query: Mapping[str, str], body: bytes) -> Reply:
    """The server's side of `Market`."""
    if not path.startswith(_PREFIX):
        return Reply.text(404, "the simulated market: use this address as an HTTPS proxy\n")
    try:
        asked = json.loads(body) if body else {}
        return Reply.of(_act(market, f"{method} {path.removeprefix(_PREFIX)}", query, asked))
    except (ValueError, TypeError, LookupError) as error:
        return Reply.of({"error": f"{type(error).__name__}: {error}"}, 400)


def _act(market: "MarketServer", action: str, query: Mapping[str, str], asked: dict[str, Any]) -> dict[str, Any]:
    match action:
        case "GET summary":
            return {"summary": market.journal.summary()}
        case "GET log":
            return {"log": market.journal.records(query.get("kind"))}
        case "GET clock":
            return {"now": market.clock.now().isoformat()}
    _ORDERS[action](market, asked)
    return {}


def _set_clock(market: "MarketServer", asked: Asked) -> None:
    at = datetime.fromisoformat(asked["at"]) if asked.get("at") else None
    if at is not None and at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    market.clock.set(at, running=bool(asked.get("running")))


def _add_split(market: "MarketServer", asked: Asked) -> None:
    symbol = asked["symbol"].upper()
    on = date.fromisoformat(asked["on"]) if asked.get("on") else latest_session(symbol, market.clock.now())
    market.add_split(symbol, Split(on, int(asked["numerator"]), int(asked["denominator"])))


_ORDERS: Final[dict[str, Callable[["MarketServer", Asked], None]]] = {
    "POST log/reset": lambda market, _asked: market.journal.reset(),
    "POST faults": lambda market, asked: market.faults.add(Fault(**asked)),
    "POST faults/clear": lambda market, _asked: market.faults.clear(),
    "POST reset": lambda market, _asked: market.reset(),
    "POST crumbs/expire": lambda market, _asked: market.expire_crumbs(),
    "POST clock": _set_clock,
    "POST clock/advance": lambda market, asked: market.clock.advance(timedelta(seconds=float(asked["seconds"]))),
    "POST split": _add_split,
    "POST history": lambda market, asked: market.give_history(Replay.of(asked)),
}


class Market:
    """A running simulated market, from the outside: make it misbehave, set its clock, ask what it was asked.

    `requests` counts how many requests a fault spoils; None: all, until `clear()`.
    """

    def __init__(self, proxy: str, ca_bundle: str | Path) -> None:
        self.proxy, self.ca_bundle = proxy, str(ca_bundle)
        self._opener = build_opener(ProxyHandler({}))  # never through a proxy from the environment

    def throttle(self, requests: int | None = None, retry_after: int | None = None, kind: str = "*") -> None:
        self.fault("throttle", requests=requests, retry_after=retry_after, kind=kind)

    def fail(self, status: int = 500, requests: int | None = None, kind: str = "*", symbol: str | None = None) -> None:
        self.fault("error", status=status, requests=requests, kind=kind, symbol=symbol)

    def hang(self, seconds: float, requests: int | None = None, kind: str = "*", symbol: str | None = None) -> None:
        self.fault("hang", seconds=seconds, requests=requests, kind=kind, symbol=symbol)

    def empty(self, requests: int | None = None, kind: str = "*", symbol: str | None = None) -> None:
        self.fault("empty", requests=requests, kind=kind, symbol=symbol)

    def fault(self, name: str, **settings: Any) -> None:
        """Any fault of `faults.FAULTS` by name; settings are the fields of `Fault`."""
        self._post("faults", **asdict(Fault(name, **settings)))

    def clear(self) -> None:
        """Behave again."""
        self._post("faults/clear")

    def reset(self) -> None:
        """As just started: no faults, no injected splits or given histories, the real time, an empty log."""
        self._post("reset")

    def expire_crumbs(self) -> None:
        """Crumbs handed out so far are refused with 401, as Yahoo does after a while."""
        self._post("crumbs/expire")

    def now(self) -> datetime:
        return datetime.fromisoformat(self._get("clock")["now"])

    def set_time(self, at: datetime | None, *, running: bool = False) -> None:
        """Stand still at an aware time, or go on from there; None: the real time."""
        self._post("clock", at=at.isoformat() if at else None, running=running)

    def advance(self, days: float = 0.0, hours: float = 0.0, minutes: float = 0.0, seconds: float = 0.0) -> None:
        by = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._post("clock/advance", seconds=by.total_seconds())

    def split(self, symbol: str, numerator: int, denominator: int, on: date | None = None) -> None:
        """A split from session `on` (None: the latest that has started): from then on all history is restated."""
        day = on.isoformat() if on else None
        self._post("split", symbol=symbol, numerator=numerator, denominator=denominator, on=day)

    def history(
        self,
        symbol: str,
        rows: Iterable[tuple[date, float]],
        *,
        splits: Iterable[tuple[date, int, int]] = (),
        dividends: Iterable[tuple[date, float]] = (),
    ) -> None:
        """Serve these closes, as traded, instead of invented ones; splits are (ex-date, new shares, for old ones).

        Amounts of dividends are those paid then. What is answered is restated as Yahoo does: closes and dividends
        for the splits there have been, adjusted closes for both.
        """
        self._post(
            "history",
            symbol=symbol,
            rows=[(day.isoformat(), close) for day, close in rows],
            splits=[(day.isoformat(), new, old) for day, new, old in splits],
            dividends=[(day.isoformat(), amount) for day, amount in dividends],
        )

    def requests(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Upstream requests so far, oldest first: at, host, kind, symbols, status, fault, connection."""
        log: list[dict[str, Any]] = self._get(f"log?kind={kind}" if kind else "log")["log"]
        return log

    def summary(self) -> dict[str, int]:
        """Upstream requests by kind; "foreign" are refused hosts."""
        summary: dict[str, int] = self._get("summary")["summary"]
        return summary

    def reset_log(self) -> None:
        self._post("log/reset")

    def _get(self, path: str) -> dict[str, Any]:
        return self._send(Request(self.proxy + _PREFIX + path))  # noqa: S310 - always our own http://127.0.0.1

    def _post(self, path: str, **asked: Any) -> dict[str, Any]:
        body = json.dumps(asked).encode()
        return self._send(Request(self.proxy + _PREFIX + path, data=body, method="POST"))  # noqa: S310 — always our own http://127.0.0.1

    def _send(self, request: Request) -> dict[str, Any]:
        with self._opener.open(request, timeout=CONTROL_TIMEOUT_SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
        return answer
