"""Reads that answer the page of holdings: filtered, grouped, sorted, and what was sold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from portfolios.grouping import DIMENSIONS, grouped
from portfolios.models import Portfolio
from portfolios.pages.dashboard import Dashboard, HoldingRow, dashboard
from portfolios.valuation import ZERO

from .allocation import labels_of, pieces_of

SORTS: Mapping[str, Callable[[HoldingRow], Any]] = {
    "value": lambda row: row.valued.value,
    "day": lambda row: row.valued.price_change or ZERO,
    "gain": lambda row: row.valued.gain,
    "rate": lambda row: row.valued.gain_rate or ZERO,
    "name": lambda row: row.valued.instrument.symbol,
}
ASCENDING = {"name"}
MOST = 150  # rows a page shows unasked


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says; anything unknown is as if it were not there."""

    text: str = ""
    group: str = ""
    sort: str = "value"
    closed: bool = False
    everything: bool = False  # also beyond the first MOST

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        group, sort = query.get("group", ""), query.get("sort", "")
        return cls(
            query.get("q", "").strip(),
            group if group in DIMENSIONS[:-1] else "",
            sort if sort in SORTS else "value",
            query.get("closed") == "1",
            query.get("all") == "1",
        )


@dataclass(frozen=True, slots=True)
class Section:
    """Holdings under one heading, with their sums; without a heading where nothing is grouped."""

    name: str
    rows: list[HoldingRow]
    value: Decimal
    weight: Decimal | None
    gain: Decimal
    day_change: Decimal


@dataclass(frozen=True, slots=True)
class Closed:
    """A position that was sold; money in base currency."""

    symbol: str
    realised: float
    income: float
    twr: float | None
    xirr: float | None
    contribution: float | None


@dataclass(frozen=True, slots=True)
class HoldingsPage:
    whole: Dashboard
    asked: Asked
    sections: list[Section]
    found: int
    hidden: int  # of those found
    closed: list[Closed]

    @property
    def places(self) -> list[tuple[str, list[str]]]:
        """Headings and what stands under them: an owner's label moves it, without a change of what is held."""
        return [(one.name, [row.valued.instrument.symbol for row in one.rows]) for one in self.sections]


def holdings(portfolio: Portfolio, asked: Asked, now: datetime) -> HoldingsPage:
    """Four queries."""
    whole = dashboard(portfolio, now)
    rows = [row for row in whole.rows if _matches(row, asked.text)]
    rows.sort(key=SORTS[asked.sort], reverse=asked.sort not in ASCENDING)
    shown = rows if asked.everything else rows[:MOST]
    sections = _sections(whole, rows, shown, asked.group)
    return HoldingsPage(whole, asked, sections, len(rows), len(rows) - len(shown), _closed(whole))


def _matches(row: HoldingRow, text: str) -> bool:
    instrument = row.valued.instrument
    return text.casefold() in f"{instrument.symbol} {instrument.name} {instrument.sector}".casefold()


def _sections(whole: Dashboard, rows: list[HoldingRow], shown: list[HoldingRow], dimension: str) -> list[Section]:
    """Each with the sums of all its rows, and those that are shown."""
    seen = {row.valued.holding.pk for row in shown}
    if not dimension:
        return [_section("", rows, seen, whole.total)] if rows else []
    pieces = pieces_of(whole, labels_of(whole.portfolio))
    names = {piece.symbol: piece.places[dimension] for piece in pieces}
    order = [group.name for group in grouped(pieces, dimension)]
    chosen = {name: [row for row in rows if names[row.valued.instrument.symbol] == name] for name in order}
    return [_section(name, own, seen, whole.total) for name, own in chosen.items() if own]


def _section(name: str, rows: list[HoldingRow], seen: set[int], total: Decimal) -> Section:
    value = sum((row.valued.value for row in rows), ZERO)
    return Section(
        name,
        [row for row in rows if row.valued.holding.pk in seen],
        value,
        value / total if total > 0 else None,
        sum((row.valued.gain for row in rows), ZERO),
        sum((row.valued.day_change for row in rows), ZERO),
    )


def _closed(whole: Dashboard) -> list[Closed]:
    """Symbols of which no account holds anything any more, by what they brought."""
    report = whole.snapshot.report if whole.snapshot else {}
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in report.get("holdings", ()):
        rows.setdefault(row["symbol"], []).append(row)
    gone = {symbol: own for symbol, own in rows.items() if not any(row["quantity"] for row in own)}
    found = [
        Closed(
            symbol,
            sum(row["realised_gain_fifo"] for row in own),
            sum(row["income"] for row in own),
            own[0]["twr"] if len(own) == 1 else None,
            own[0]["xirr"] if len(own) == 1 else None,
            _sum([row["contribution"] for row in own]),
        )
        for symbol, own in gone.items()
    ]
    return sorted(found, key=lambda one: -(one.realised + one.income))


def _sum(parts: list[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
