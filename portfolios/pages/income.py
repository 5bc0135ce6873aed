"""Reads of the income page: what the snapshot says came in, and what is expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format

from charts.series.bars import Bar, Columns, columns
from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio, ProposedDividend, Snapshot

MONTHS = 12  # of the chart, before today and after


@dataclass(frozen=True, slots=True)
class Payment:
    """In base currency, before fees and taxes; an expected one on its ex-date."""

    date: date
    symbol: str  # empty: interest
    amount: float
    kind: str


@dataclass(frozen=True, slots=True)
class IncomeRow:
    symbol: str
    received: float
    projected: float
    rate: float | None
    rate_on_cost: float | None
    projected_rate: float | None
    following: Payment | None  # the next one that is expected


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    payments: list[Payment]

    @property
    def total(self) -> float:
        return sum(one.amount for one in self.payments)


@dataclass(frozen=True, slots=True)
class IncomePage:
    as_of: date | None
    proposed: int  # dividends nobody has booked
    whole: Mapping[str, Any] = field(default_factory=dict)  # performance.income.Income; empty: nothing to show
    rows: Sequence[IncomeRow] = ()
    years: Columns | None = None
    months: Columns | None = None
    calendar: Sequence[Month] = ()
    lately: Sequence[Payment] = ()

    @property
    def is_empty(self) -> bool:
        return not self.rows and not self.lately


def income(portfolio: Portfolio) -> IncomePage:
    """Two queries."""
    proposed = portfolio.proposed_dividends.filter(state=ProposedDividend.State.OPEN).count()
    stored = Snapshot.objects.filter(portfolio=portfolio).values_list("performance__income", "as_of").first()
    found, as_of = stored or (None, None)
    if not found or as_of is None:
        return IncomePage(as_of, proposed)
    expected = [_payment(row) for row in found.get("expected", ())]
    received = {date.fromisoformat(f"{month}-01"): amount for month, amount in found.get("months", {}).items()}
    rows = [_row(symbol, own, expected) for symbol, own in found["holdings"].items()]
    return IncomePage(
        as_of=as_of,
        proposed=proposed,
        whole=found["whole"],
        rows=sorted(rows, key=lambda row: (-max(row.projected, row.received), row.symbol)),
        years=_years(received, as_of),
        months=_months(received, expected, as_of),
        calendar=_calendar(expected),
        lately=[_payment(row) for row in found.get("lately", ())],
    )


def _payment(row: Mapping[str, Any]) -> Payment:
    return Payment(date.fromisoformat(row["date"]), row["symbol"], row["amount"], row.get("kind", Kind.DIVIDEND))


def _row(symbol: str, own: Mapping[str, Any], expected: Sequence[Payment]) -> IncomeRow:
    following = next((one for one in expected if one.symbol == symbol), None)
    names = ("received", "projected", "rate", "rate_on_cost", "projected_rate")
    return IncomeRow(symbol, following=following, **{name: own[name] for name in names})


def _years(received: Mapping[date, float], as_of: date) -> Columns:
    """From the first with any to this one."""
    sums: dict[int, float] = defaultdict(float)
    for month, amount in received.items():
        sums[month.year] += amount
    first = min(sums, default=as_of.year)
    return columns(Bar(str(year), sums[year]) for year in range(first, as_of.year + 1))


def _months(received: Mapping[date, float], expected: Sequence[Payment], as_of: date) -> Columns:
    """A year back and a year on; what is only expected is faint."""
    ahead: dict[date, float] = defaultdict(float)
    for one in expected:
        ahead[one.date.replace(day=1)] += one.amount
    now = as_of.replace(day=1)
    past = [_bar(month, received.get(month, 0.0)) for month in _around(now, 1 - MONTHS, 1)]
    future = [_bar(month, ahead[month], faint=True) for month in _around(now, 1, MONTHS + 1)]
    return columns([*past, *future])


def _bar(month: date, amount: float, *, faint: bool = False) -> Bar:
    """The year stands with it where there is room."""
    return Bar(date_format(month, "M"), amount, faint, note=str(month.year))


def _around(month: date, start: int, end: int) -> list[date]:
    """First days of the months so many after this one."""
    numbers = (month.year * 12 + month.month - 1 + step for step in range(start, end))
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _calendar(expected: Sequence[Payment]) -> list[Month]:
    by_month: dict[date, list[Payment]] = defaultdict(list)
    for one in expected:
        by_month[one.date.replace(day=1)].append(one)
    return [Month(month, by_month[month]) for month in sorted(by_month)]
