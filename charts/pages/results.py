"""Reads that answer the page of a result: all of it computed by a worker, put in order here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.contrib.auth.models import User

from charts.backtest_selectors import trades_of
from charts.backtests.ranges import parameters_of
from charts.backtests.request import read
from charts.backtests.rules import Untraded
from charts.models import Asked, Backtest, Share, Strategy
from charts.series.bars import Bar, Columns, columns
from charts.series.heatmap import Heatmap, heatmap
from charts.services.asking import basis_of
from portfolios.figures import FIGURES

from . import words
from .definitions import Definition, definitions

MOST_TRADES = 50
YEARS = {"1Y": 1, "3Y": 3, "5Y": 5, "10Y": 10}
A_YEAR = timedelta(days=365)
SOON = timedelta(seconds=1)  # whoever asks later finds a result that is stored


@dataclass(frozen=True, slots=True)
class Trade:
    day: str
    symbol: str
    quantity: float
    price: float
    amount: float
    fee: float


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    title: str
    value: Any
    benchmark: Any
    unit: str  # money, percent, share, number, count, day, month


@dataclass(frozen=True, slots=True)
class Said:
    """The request in words."""

    strategy: str
    money: str
    period: str
    costs: str
    fill: str
    dividends: str


@dataclass(frozen=True, slots=True)
class Part:
    """Before the rules were saved, or after."""

    after: bool
    figures: Mapping[str, Any] | None  # None: too short to say anything


@dataclass(frozen=True, slots=True)
class ResultPage:
    row: Backtest
    report: Mapping[str, Any]
    said: Said
    ranges: list[tuple[str, Mapping[str, str]]]
    further: list[Figure]  # beyond the cards
    against: list[Figure]  # of both together
    years: Columns
    months: Heatmap
    trades: list[Trade]  # the latest first
    trade_count: int
    definitions: list[Definition]
    computed_in: float  # milliseconds
    is_open: bool = True  # studies can be made of it
    stored: bool = False  # before its reader asked
    moved_on: bool = False  # prices have changed since
    strategies: list[Strategy] = field(default_factory=list)  # the reader's that end here
    link: Share | None = None
    since: date | None = None  # out of sample from this day on
    parts: list[Part] = field(default_factory=list)  # before and after that day

    @property
    def currency(self) -> str:
        return str(self.report["currency"])

    @property
    def layers(self) -> Mapping[str, int]:
        return self.row.layers or {}

    @property
    def sources(self) -> int:
        return sum(self.layers.values())


def result_page(row: Backtest) -> ResultPage:
    """What everybody sees who sees it at all. No query."""
    report = row.report or {}
    period = report["period"]
    trades = trades_of(row)
    benchmark, meanings = report["benchmark"] or {}, definitions()
    return ResultPage(
        row=row,
        report=report,
        said=said_of(row),
        ranges=ranges_of(date.fromisoformat(period["start"]), date.fromisoformat(period["end"])),
        further=_further(report),
        against=[
            Figure(one.name, one.title, benchmark[one.name], None, UNITS.get(one.name, FIGURES[one.name].unit))
            for one in meanings
            if one.name in benchmark
        ],
        years=columns(Bar(str(year["year"]), year["return"] or 0.0) for year in report["years"]),
        months=heatmap(_returns(report["months"], "month"), _returns(report["years"], "year")),
        trades=[Trade(*one) for one in islice(reversed(trades), MOST_TRADES)],
        trade_count=len(trades),
        definitions=meanings,
        computed_in=sum((row.timings or {}).values()),
    )  # fmt: skip


def own_result_page(row: Backtest, user: User) -> ResultPage:
    """With what its reader may do with it. Four queries, five with other currencies."""
    page = result_page(row)
    request = read(row.request)
    asked = Asked.objects.filter(user=user, backtest=row).first()
    own = {
        "stored": asked is not None and row.computed_at is not None and asked.at > row.computed_at + SOON,
        "moved_on": basis_of(request).revisions != row.revisions,
        "strategies": list(Strategy.objects.filter(owner=user, result=row).defer("request")),
        "link": Share.objects.filter(owner=user, backtest=row).first(),
        "is_open": not isinstance(request.strategy, Untraded),
    }
    fields = {name: getattr(page, name) for name in page.__dataclass_fields__}
    return ResultPage(**fields | own)


def parts_of(strategy: Strategy) -> list[Part]:
    """Two, as soon as there is a close after it was saved."""
    divided = strategy.divided
    return [Part(after, divided["after" if after else "before"]) for after in (False, True)] if divided else []


def has_map(row: Backtest) -> bool:
    return bool(parameters_of(read(row.request)))


def age_of(page: ResultPage, now: datetime) -> timedelta:
    """Of its latest close."""
    return now - datetime.combine(date.fromisoformat(page.report["period"]["end"]), datetime.min.time(), now.tzinfo)


def said_of(row: Backtest) -> Said:
    request, period = row.request, (row.report or {})["period"]
    return Said(
        words.strategy(request),
        words.money(request),
        words.period(request, period),
        words.costs(request),
        words.fill(request),
        words.dividends(request),
    )


def ranges_of(first: date, last: date) -> list[tuple[str, Mapping[str, str]]]:
    """(name, its start) of those that are shorter than the whole, and the whole."""
    starts = {name: last - A_YEAR * years for name, years in YEARS.items()}
    found = [(name, {"start": start.isoformat()}) for name, start in starts.items() if start > first]
    return [*found, ("Max", {"start": (first - timedelta(days=1)).isoformat()})]


def _returns(periods: list[Mapping[str, Any]], name: str) -> dict[str, float | None]:
    return {str(one[name]): one["return"] for one in periods}


UNITS = {
    "sortino": "number", "calmar": "number", "ulcer": "share", "value_at_risk": "percent", "best_day": "day",
    "worst_day": "day", "best_month": "month", "worst_month": "month", "time_in_market": "share", "turnover": "share",
    "fees": "money", "orders": "count",
}  # fmt: skip


def _further(report: Mapping[str, Any]) -> list[Figure]:
    figures, benchmark = report["figures"], (report["benchmark"] or {}).get("figures", {})
    return [
        Figure(one.name, one.title, figures.get(one.name), benchmark.get(one.name), UNITS[one.name])
        for one in definitions()
        if one.name in UNITS and one.name in figures
    ]
