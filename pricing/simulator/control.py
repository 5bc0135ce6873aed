"""Telling a running simulated market what to do, from tests, scripts and shells."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from pricing.simulator.faults import Fault
from pricing.simulator.orders import PREFIX
from pricing.simulator.spoilers import kinds_of

CONTROL_TIMEOUT_SECONDS = 10.0


class Market:
    """A running simulated market, from the outside: make it misbehave, set its clock, ask what it was asked.

    `requests` counts how many requests a fault spoils; None: all, until `clear()`.
    """

    def __init__(self, proxy: str, ca_bundle: str | Path) -> None:
        self.proxy, self.ca_bundle = proxy, str(ca_bundle)
        self._opener = build_opener(ProxyHandler({}))  # never through a proxy from the environment

    def throttle(
        self, requests: int | None = None, retry_after: int | None = None, kind: str = "*", form: str = "body"
    ) -> None:
        """429: as the API's "body", the "edge" server's page, or "empty"."""
        self.fault("throttle", requests=requests, retry_after=retry_after, kind=kind, form=form)

    def limit(self, requests: int | None, per_seconds: float = 1.0) -> None:
        """So many requests to Yahoo in any window of so many real seconds, 429 beyond it; None: no limit.

        What was refused is noted as the fault "limit", and does not count.
        """
        self._post("limit", requests=requests, per_seconds=per_seconds)

    def latency(self, seconds: float, kind: str = "*") -> None:
        """Each answer waits so long; a kind's own latency goes before that of all. 0: at once."""
        self._post("latency", seconds=seconds, kind=kind)

    def fail(self, status: int = 500, requests: int | None = None, kind: str = "*", symbol: str | None = None) -> None:
        self.fault("error", status=status, requests=requests, kind=kind, symbol=symbol)

    def hang(self, seconds: float, requests: int | None = None, kind: str = "*", symbol: str | None = None) -> None:
        self.fault("hang", seconds=seconds, requests=requests, kind=kind, symbol=symbol)

    def empty(self, requests: int | None = None, kind: str = "*", symbol: str | None = None) -> None:
        self.fault("empty", requests=requests, kind=kind, symbol=symbol)

    def fault(self, name: str, **settings: Any) -> None:
        """Any fault of `spoilers.FAULTS` by name; settings are the fields of `Fault`."""
        fault = Fault(name, **settings)
        kinds_of(fault)  # a fault that would do nothing is refused here, where the caller sees why
        self._post("faults", **asdict(fault))

    def clear(self) -> None:
        """No faults; limit and latency stay."""
        self._post("faults/clear")

    def reset(self) -> None:
        """As just started: no faults, limit, latency or lag, nothing told of symbols, the real time, an empty log."""
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
        self._post("split", symbol=symbol, numerator=numerator, denominator=denominator, on=_iso(on))

    def dividend(self, symbol: str, amount: float, on: date | None = None) -> None:
        """One more dividend a share, ex in session `on` (None: the latest that has started); prices stay."""
        self._post("dividend", symbol=symbol, amount=amount, on=_iso(on))

    def delist(self, symbol: str, on: date | None = None) -> None:
        """From session `on` (None: the latest that has started) quotes silently lack it, and its chart is 404."""
        self._post("delist", symbol=symbol, on=_iso(on))

    def rename(self, old: str, new: str, on: date | None = None) -> None:
        """From session `on` (None: the latest that has started) `old` is delisted, and `new` has its history.

        Until then `new` is unknown.
        """
        self._post("rename", old=old, new=new, on=_iso(on))

    def restate(self, symbol: str, factor: float, before: date) -> None:
        """A history corrected afterwards: prices of sessions before that day are multiplied, and nobody says so."""
        self._post("restate", symbol=symbol, factor=factor, before=before.isoformat())

    def lag(self, hours: float | None) -> None:
        """A session's bar is null in charts until so many hours after its close; quotes are not. None: no bar is."""
        self._post("lag", hours=hours)

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
        """Upstream requests so far, oldest first: at, host, kind, symbols, status, fault, connection.

        A request is there as soon as it has arrived; its status is 0 until it is known.
        """
        log: list[dict[str, Any]] = self._get(f"log?kind={kind}" if kind else "log")["log"]
        return log

    def summary(self) -> dict[str, int]:
        """Upstream requests by kind; "foreign" are refused hosts."""
        summary: dict[str, int] = self._get("summary")["summary"]
        return summary

    def traffic(self) -> dict[str, int]:
        """Since the log is empty: requests, the connections they came on, and how many were at work at once at most."""
        traffic: dict[str, int] = self._get("traffic")["traffic"]
        return traffic

    def reset_log(self) -> None:
        self._post("log/reset")

    def _get(self, path: str) -> dict[str, Any]:
        return self._send(Request(self.proxy + PREFIX + path))  # noqa: S310 - always our own http://127.0.0.1

    def _post(self, path: str, **asked: Any) -> dict[str, Any]:
        body = json.dumps(asked).encode()
        return self._send(Request(self.proxy + PREFIX + path, data=body, method="POST"))  # noqa: S310 — always our own http://127.0.0.1

    def _send(self, request: Request) -> dict[str, Any]:
        with self._opener.open(request, timeout=CONTROL_TIMEOUT_SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
        return answer


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
