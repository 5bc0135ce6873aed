"""How the simulated market can misbehave: each fault by name, for chosen requests, for a while."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pricing.simulator.reply import Ending, Reply


class Kind(StrEnum):
    COOKIE = "cookie"  # fc.yahoo.com
    CRUMB = "crumb"  # v1/test/getcrumb
    QUOTE = "quote"  # v7/finance/quote
    CHART = "chart"  # v8/finance/chart
    SEARCH = "search"  # v1/finance/search
    OTHER = "other"  # anything else on *.yahoo.com


@dataclass(frozen=True, slots=True)
class Fault:
    name: str  # one of FAULTS
    kind: str = "*"  # a Kind, or * for all
    symbol: str | None = None  # only requests that name this symbol
    requests: int | None = None  # how many more to spoil; None: until cleared
    status: int = 500  # of "error"
    seconds: float = 30.0  # of "hang"
    retry_after: int | None = None  # seconds, of "throttle"

    def meets(self, kind: str, symbols: Iterable[str]) -> bool:
        return self.kind in ("*", kind) and (self.symbol is None or self.symbol in symbols)


class FaultBoard:
    """The faults set at the moment; the one set last wins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        if fault.name not in FAULTS:
            raise ValueError(f"no fault named {fault.name!r}; there are {', '.join(FAULTS)}")
        with self._lock:
            self._faults.insert(0, fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, kind: str, symbols: Iterable[str]) -> Fault | None:
        """The fault that spoils this request, counted down."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.meets(kind, symbols):
                    self._count_down(index, fault)
                    return fault
        return None

    def _count_down(self, index: int, fault: Fault) -> None:
        if fault.requests is None:
            return
        if fault.requests <= 1:
            del self._faults[index]
        else:
            self._faults[index] = replace(fault, requests=fault.requests - 1)


def spoil(fault: Fault, reply: Reply) -> Reply:
    return FAULTS[fault.name](reply, fault)


Spoiler = Callable[[Reply, Fault], Reply]


def _throttled(_reply: Reply, fault: Fault) -> Reply:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return Reply.text(429, "Too Many Requests\r\n", headers)


def _failed(_reply: Reply, fault: Fault) -> Reply:
    return Reply.error(fault.status, "Internal Server Error", "simulated failure")


def _page(status: int, text: str) -> Spoiler:
    return lambda _reply, _fault: Reply.html(status, f"<html><body>{text}</body></html>")


def _body(text: str) -> Spoiler:
    return lambda reply, _fault: replace(reply, body=text.encode(), document=None)


def _ending(ending: Ending) -> Spoiler:
    return lambda reply, fault: replace(reply, ending=ending, seconds=fault.seconds)


def _stated(status: int, code: str, description: str) -> Spoiler:
    return lambda _reply, _fault: Reply.error(status, code, description)


def _cut(reply: Reply, _fault: Fault) -> Reply:
    whole = reply.payload()
    return replace(reply, body=whole[: len(whole) // 2], document=None)


def _chart(change: Callable[[dict[str, Any]], None]) -> Spoiler:
    """Changes the first result of a chart; other answers stay as they are."""

    def spoiler(reply: Reply, _fault: Fault) -> Reply:
        results = ((reply.document or {}).get("chart") or {}).get("result")
        if results:
            change(results[0])
        return reply

    return spoiler


def _quotes(change: Callable[[list[dict[str, Any]]], None]) -> Spoiler:
    """Changes the rows of a quote answer; other answers stay as they are."""

    def spoiler(reply: Reply, _fault: Fault) -> Reply:
        rows = ((reply.document or {}).get("quoteResponse") or {}).get("result")
        if rows:
            change(rows)
        return reply

    return spoiler


def _without_close(result: dict[str, Any], index: int) -> None:
    for column in result["indicators"]["quote"][0].values():
        column[index] = None
    result["indicators"]["adjclose"][0]["adjclose"][index] = None


def _without_day(result: dict[str, Any]) -> None:
    middle = len(result["timestamp"]) // 2
    columns = [*result["indicators"]["quote"][0].values(), result["indicators"]["adjclose"][0]["adjclose"]]
    for column in (result["timestamp"], *columns):
        del column[middle]


def _hundredfold(result: dict[str, Any]) -> None:
    for name in ("open", "high", "low", "close"):
        column = result["indicators"]["quote"][0][name]
        column[len(column) // 2] *= 100


def _meta(key: str, value: Any) -> Spoiler:
    return _chart(lambda result: result["meta"].__setitem__(key, value))


def _priceless(rows: list[dict[str, Any]]) -> None:
    rows[0]["regularMarketPrice"] = None


FAULTS: dict[str, Spoiler] = {
    "throttle": _throttled,
    "error": _failed,
    "hang": _ending(Ending.HANG),
    "reset": _ending(Ending.RESET),
    "truncate": _ending(Ending.TRUNCATE),
    "empty": _body(""),
    "null": _body("null"),
    "list": _body("[]"),
    "cut": _cut,
    "html": _page(200, "Hello"),
    "down": _page(200, "Will be right back..."),
    "not_found_page": _page(404, "Not Found"),
    "bot_page": _page(999, "Unable to process request"),
    "not_found": _stated(404, "Not Found", "No data found, symbol may be delisted"),
    "unauthorized": _stated(401, "Unauthorized", "Invalid Crumb"),
    "forbidden": _stated(403, "Forbidden", "simulated"),
    "unprocessable": _stated(422, "Unprocessable Entity", "simulated"),
    "null_close": _chart(lambda result: _without_close(result, -1)),
    "null_middle": _chart(lambda result: _without_close(result, len(result["timestamp"]) // 2)),
    "missing_day": _chart(_without_day),
    "hundredfold": _chart(_hundredfold),
    "no_bars": _chart(lambda result: (result.pop("timestamp"), result["indicators"].update(quote=[{}]), None)[-1]),
    "wrong_symbol": _meta("symbol", "WRONG"),
    "wrong_currency": _meta("currency", "XXX"),
    "no_currency": _meta("currency", None),
    "no_timezone": _meta("exchangeTimezoneName", None),
    "no_price": _quotes(_priceless),
    "partial": _quotes(lambda rows: rows.__delitem__(slice(1))),
    "no_rows": _quotes(lambda rows: rows.clear()),
}
