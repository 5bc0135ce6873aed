"""What the simulated market does when told to: plain HTTP on its own port, never counted as a request."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pricing.simulator.faults import EVERY_KIND, Fault
from pricing.simulator.instruments import SYMBOL, Split
from pricing.simulator.replay import Replay
from pricing.simulator.reply import Reply
from pricing.simulator.restating import Correction, Dividend
from pricing.simulator.spoilers import FAULTS

if TYPE_CHECKING:
    from pricing.simulator.server import MarketServer

PREFIX: Final = "/control/"
Asked = dict[str, Any]


def serve(market: "MarketServer", method: str, path: str, query: Mapping[str, str], body: bytes) -> Reply:
    """The server's side of `control.Market`."""
    if not path.startswith(PREFIX):
        return Reply.text(404, "the simulated market: use this address as an HTTPS proxy\n")
    try:
        asked = json.loads(body) if body else {}
        return Reply.of(_act(market, f"{method} {path.removeprefix(PREFIX)}", query, asked))
    except (ValueError, TypeError, LookupError) as error:
        return Reply.of({"error": f"{type(error).__name__}: {error}"}, 400)


def _act(market: "MarketServer", action: str, query: Mapping[str, str], asked: Asked) -> Asked:
    match action:
        case "GET summary":
            return {"summary": market.journal.summary()}
        case "GET traffic":
            return {"traffic": market.journal.traffic()}
        case "GET log":
            return {"log": market.journal.records(query.get("kind"))}
        case "GET clock":
            return {"now": market.clock.now().isoformat()}
        case "GET faults":
            return {name: {"does": one.does, "kinds": sorted(one.kinds)} for name, one in FAULTS.items()}
    _ORDERS[action](market, asked)
    return {}


def _set_clock(market: "MarketServer", asked: Asked) -> None:
    at = datetime.fromisoformat(asked["at"]) if asked.get("at") else None
    if at is not None and at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    market.clock.set(at, running=bool(asked.get("running")))


def _set_limit(market: "MarketServer", asked: Asked) -> None:
    requests = asked["requests"]
    market.limit.set(None if requests is None else int(requests), float(asked.get("per_seconds", 1.0)))


def _set_latency(market: "MarketServer", asked: Asked) -> None:
    kind = asked.get("kind", "*")
    if kind != "*" and kind not in EVERY_KIND:
        raise ValueError(f"no kind {kind!r}")
    market.latency.set(float(asked["seconds"]), kind)


def _set_lag(market: "MarketServer", asked: Asked) -> None:
    market.lag_hours = None if asked["hours"] is None else float(asked["hours"])


def _split(market: "MarketServer", asked: Asked) -> None:
    symbol, on = _symbol(asked), _session(market, asked)
    split = Split(on, int(asked["numerator"]), int(asked["denominator"]))
    market.tell(lambda actions: actions.with_split(symbol, split))


def _dividend(market: "MarketServer", asked: Asked) -> None:
    symbol, dividend = _symbol(asked), Dividend(_session(market, asked), float(asked["amount"]))
    market.tell(lambda actions: actions.with_dividend(symbol, dividend))


def _restate(market: "MarketServer", asked: Asked) -> None:
    symbol, correction = _symbol(asked), Correction(date.fromisoformat(asked["before"]), float(asked["factor"]))
    market.world().latest_session(symbol)
    market.tell(lambda actions: actions.with_correction(symbol, correction))


def _delist(market: "MarketServer", asked: Asked) -> None:
    symbol, on = _symbol(asked), _session(market, asked)
    market.tell(lambda actions: actions.delisted(symbol, on))


def _rename(market: "MarketServer", asked: Asked) -> None:
    old, new = _symbol(asked, "old"), _symbol(asked, "new")
    if not SYMBOL.match(new) or old == new:
        raise ValueError(f"{new!r} cannot be a new name of {old}")
    on = _session(market, asked, "old")
    market.tell(lambda actions: actions.renamed_to(old, new, on))


def _history(market: "MarketServer", asked: Asked) -> None:
    replay = Replay.of(asked)
    market.tell(lambda actions: actions.with_history(replay))


def _symbol(asked: Asked, name: str = "symbol") -> str:
    return str(asked[name]).upper()


def _session(market: "MarketServer", asked: Asked, name: str = "symbol") -> date:
    """The day that was named, or the latest session; raises LookupError for a symbol that does not exist."""
    latest = market.world().latest_session(_symbol(asked, name))
    return date.fromisoformat(asked["on"]) if asked.get("on") else latest


_ORDERS: Final[dict[str, Callable[["MarketServer", Asked], None]]] = {
    "POST log/reset": lambda market, _asked: market.journal.reset(),
    "POST faults": lambda market, asked: market.misbehave(Fault(**asked)),
    "POST faults/clear": lambda market, _asked: market.faults.clear(),
    "POST limit": _set_limit,
    "POST latency": _set_latency,
    "POST lag": _set_lag,
    "POST reset": lambda market, _asked: market.reset(),
    "POST crumbs/expire": lambda market, _asked: market.expire_crumbs(),
    "POST clock": _set_clock,
    "POST clock/advance": lambda market, asked: market.clock.advance(timedelta(seconds=float(asked["seconds"]))),
    "POST split": _split,
    "POST dividend": _dividend,
    "POST restate": _restate,
    "POST delist": _delist,
    "POST rename": _rename,
    "POST history": _history,
}
