"""Reads of the page that puts results side by side: their figures, and whether they are of the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from charts.backtest_selectors import names_of
from charts.models import Backtest
from charts.series.together import NAMES

from . import words
from .definitions import definitions
from .results import UNITS, Said, ranges_of, said_of

MOST_COMPARED = len(NAMES)  # lines of their chart
SHOWN = {
    "end_value": "money", "gain": "money", "twr_annualised": "percent", "twr": "percent", "xirr": "percent",
    "volatility": "share", "sharpe": "number",
} | UNITS  # fmt: skip


@dataclass(frozen=True, slots=True)
class One:
    """A column."""

    row: Backtest
    name: str  # in the chart
    said: Said
    rest: str  # the query that leaves it out


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    unit: str
    values: list[tuple[Any, str]]  # with the currency


@dataclass(frozen=True, slots=True)
class Comparison:
    columns: list[One]
    lines: list[Line]
    ranges: list[tuple[str, Mapping[str, str]]]
    others: list[tuple[str, str, str]]  # (key, strategy, money) of what could be added
    same_period: bool
    query: str  # with what is there


def compared(rows: Sequence[Backtest], others: Sequence[Backtest], *, full: bool) -> Comparison:
    """No query."""
    periods = [(row.report or {})["period"] for row in rows]
    keys = [row.key for row in rows]
    first = max((date.fromisoformat(one["start"]) for one in periods), default=date.min)
    last = min((date.fromisoformat(one["end"]) for one in periods), default=date.max)
    return Comparison(
        columns=[
            One(row, name, said_of(row), _query(key for key in keys if key != row.key))
            for row, name in zip(rows, names_of(rows), strict=True)
        ],
        lines=_lines(rows),
        ranges=ranges_of(first, last) if rows and first < last else [],
        others=[] if full else [(row.key, words.strategy(row.request), words.money(row.request)) for row in others
                                if row.is_there],
        same_period=len({(one["start"], one["end"]) for one in periods}) <= 1,
        query=_query(keys),
    )  # fmt: skip


def _query(keys: Any) -> str:
    return "".join(f"with={key}&" for key in keys)


def _figure(row: Backtest, name: str) -> Any:
    """Without payments the money-weighted return is that of the whole, as the page of the result says."""
    figures = (row.report or {})["figures"]
    found = figures.get(name)
    return figures.get("cagr") if name == "xirr" and found is None else found


def _lines(rows: Sequence[Backtest]) -> list[Line]:
    titles = {one.name: one.title for one in definitions()}
    found = []
    for name, unit in SHOWN.items():
        values = [(_figure(row, name), row.request["currency"]) for row in rows]
        found.append(Line(titles[name], unit, values))
    depths = [(((row.report or {})["figures"]["max_drawdown"] or {}).get("depth"), "") for row in rows]
    found.insert(len(SHOWN) - len(UNITS), Line(titles["max_drawdown"], "percent", depths))
    return found
