"""What can be wrong inside an answer that looks well: bars, rows, descriptions, tables."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pricing.simulator.faults import Fault
from pricing.simulator.reply import CSV, Reply
from pricing.simulator.stooq import NO_DATA, NO_VALUE, stooq_symbol

Act = Callable[[Reply, Fault], Reply]
Row = dict[str, Any]
HOUR = 3600  # seconds
PENCE = 100  # a pound in them
PRICES = ("open", "high", "low", "close")
QUOTED = ("regularMarketPrice", "regularMarketOpen", "regularMarketDayHigh", "regularMarketDayLow")
TABLE_PRICES = ("Open", "High", "Low", "Close")


def in_chart(change: Callable[[Row, Fault], None]) -> Act:
    """Changes the result of a chart that has bars; other answers stay as they are."""

    def act(reply: Reply, fault: Fault) -> Reply:
        results = ((reply.document or {}).get("chart") or {}).get("result")
        if results and results[0].get("timestamp"):
            change(results[0], fault)
        return reply

    return act


def in_quotes(change: Callable[[list[Row], int], None]) -> Act:
    """Changes the row of the fault's symbol, or the first; answers without it stay as they are."""

    def act(reply: Reply, fault: Fault) -> Reply:
        rows = ((reply.document or {}).get("quoteResponse") or {}).get("result") or []
        wanted = (fault.symbol or "").upper()
        at = next((index for index, row in enumerate(rows) if wanted in ("", row["symbol"])), None)
        if at is not None:
            change(rows, at)
        return reply

    return act


def in_daily(change: Callable[[list[list[str]], Fault], None]) -> Act:
    """Changes the rows of a table of days; other answers stay as they are."""

    def act(reply: Reply, fault: Fault) -> Reply:
        header, *rows = _cells(reply)
        if header[0] != "Date" or not rows:
            return reply
        change(rows, fault)
        return _table(reply, [header, *rows])

    return act


def in_latest(change: Callable[[list[str], list[str]], None]) -> Act:
    """Changes (header, row) of the fault's symbol, or of the first, in a table of symbols with a header."""

    def act(reply: Reply, fault: Fault) -> Reply:
        header, *rows = _cells(reply)
        wanted = stooq_symbol(fault.symbol).upper() if fault.symbol else ""
        row = next((row for row in rows if wanted in ("", row[0])), None)
        if header[0] != "Symbol" or row is None:
            return reply
        change(header, row)
        return _table(reply, [header, *rows])

    return act


def all_of(*acts: Act) -> Act:
    """Each changes its own kind of answer."""

    def act(reply: Reply, fault: Fault) -> Reply:
        for one in acts:
            reply = one(reply, fault)
        return reply

    return act


def described(key: str, value: Any) -> Act:
    """A chart and a quote that describe their instrument wrongly."""
    in_meta = in_chart(lambda result, _fault: result["meta"].__setitem__(key, value))
    return all_of(in_meta, in_quotes(lambda rows, at: rows[at].__setitem__(key, value)))


def results(value: list[Any] | None) -> Act:
    """Success, with this in the place of all results."""

    def act(reply: Reply, _fault: Fault) -> Reply:
        for inner in (reply.document or {}).values():
            if isinstance(inner, dict) and inner.get("result"):
                inner["result"] = value
        return reply

    return act


def null_close(result: Row, _fault: Fault) -> None:
    _fill(result, len(result["timestamp"]) - 1, None)


def null_middle(result: Row, _fault: Fault) -> None:
    _fill(result, len(result["timestamp"]) // 2, None)


def missing_day(result: Row, _fault: Fault) -> None:
    _leave_out(_columns(result), 1)


def missing_days(result: Row, fault: Fault) -> None:
    _leave_out(_columns(result), fault.sessions)


def duplicate_row(result: Row, _fault: Fault) -> None:
    """The last session twice: as it opened, then as it is now."""
    latest, opened = result["timestamp"][-1], result["meta"]["currentTradingPeriod"]["regular"]["start"]
    first_price = result["indicators"]["quote"][0]["open"][-1]
    for column in _columns(result):
        column.append(column[-1])
    if latest >= opened:
        result["timestamp"][-2:] = [opened, max(latest, result["meta"]["regularMarketTime"])]
    else:
        result["timestamp"][-1] = latest + HOUR
    for name in PRICES:
        result["indicators"]["quote"][0][name][-2] = first_price
    result["indicators"]["adjclose"][0]["adjclose"][-2] = first_price


def hundredfold(result: Row, _fault: Fault) -> None:
    for name in PRICES:
        column = result["indicators"]["quote"][0][name]
        column[len(column) // 2] *= PENCE


def hundredfold_history(result: Row, _fault: Fault) -> None:
    """All of it in pence, and still described as it was."""
    for column in _columns(result)[1:]:
        if column is not result["indicators"]["quote"][0]["volume"]:
            column[:] = [price and price * PENCE for price in column]


def unrestated_split(result: Row, _fault: Fault) -> None:
    """A split is listed on the last day, and the closes before it are those that were traded."""
    stamp = result["timestamp"][-1]
    split = {"date": stamp, "numerator": 4.0, "denominator": 1.0, "splitRatio": "4:1"}
    result.setdefault("events", {}).setdefault("splits", {})[str(stamp)] = split
    for column in _columns(result)[1:]:
        column[-1] = column[-1] and column[-1] / 4


def no_events(result: Row, _fault: Fault) -> None:
    result.pop("events", None)


def no_bars(result: Row, _fault: Fault) -> None:
    del result["timestamp"]
    result["indicators"]["quote"] = [{}]


def hundredfold_row(rows: list[Row], at: int) -> None:
    for name in QUOTED:
        rows[at][name] *= PENCE


def nan(reply: Reply, fault: Fault) -> Reply:
    """The token NaN, which JSON does not have: in the last bar, or the row's price."""
    spoiled = all_of(
        in_chart(lambda result, _fault: _fill(result, len(result["timestamp"]) - 1, math.nan)),
        in_quotes(lambda rows, at: rows[at].__setitem__("regularMarketPrice", math.nan)),
    )(reply, fault)
    if spoiled.document is None:
        return spoiled
    return replace(spoiled, body=json.dumps(spoiled.document).encode(), document=None)


def missing_table_day(rows: list[list[str]], _fault: Fault) -> None:
    _leave_out([rows], 1)


def missing_table_days(rows: list[list[str]], fault: Fault) -> None:
    _leave_out([rows], fault.sessions)


def no_table(reply: Reply, _fault: Fault) -> Reply:
    return Reply.csv(NO_DATA) if _cells(reply)[0][0] == "Date" else reply


def hundredfold_table(rows: list[list[str]], _fault: Fault) -> None:
    row = rows[len(rows) // 2]
    row[1:5] = [repr(float(cell) * PENCE) for cell in row[1:5]]


def hundredfold_latest(header: list[str], row: list[str]) -> None:
    for name, cell in zip(header, tuple(row), strict=True):
        if name in TABLE_PRICES and cell != NO_VALUE:
            row[header.index(name)] = repr(float(cell) * PENCE)


def no_latest(_header: list[str], row: list[str]) -> None:
    row[1:] = [NO_VALUE] * len(row[1:])


def _columns(result: Row) -> list[list[Any]]:
    quote, adjusted = result["indicators"]["quote"][0], result["indicators"]["adjclose"][0]["adjclose"]
    return [result["timestamp"], *quote.values(), adjusted]


def _fill(result: Row, index: int, value: float | None) -> None:
    for column in _columns(result)[1:]:
        column[index] = value


def _leave_out(columns: list[list[Any]], count: int) -> None:
    """From the middle; the first and the last row stay, if there are so many."""
    length = len(columns[0])
    start = max(length - count, 0) // 2
    for column in columns:
        del column[start : start + min(count, length)]


def _cells(reply: Reply) -> list[list[str]]:
    if reply.content_type != CSV:
        return [[""]]
    return [line.split(",") for line in reply.body.decode().splitlines()] or [[""]]


def _table(reply: Reply, cells: list[list[str]]) -> Reply:
    return replace(reply, body="".join(",".join(row) + "\r\n" for row in cells).encode())
