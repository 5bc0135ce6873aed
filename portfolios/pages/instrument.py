"""Reads that answer the page of one instrument: its price, what is held of it, and what happened with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from portfolios.models import Portfolio, Transaction
from portfolios.pages.dashboard import Dashboard, HoldingRow, dashboard
from portfolios.pages.freshline import Freshline
from portfolios.performance.periods import months_before
from portfolios.valuation import quote_of
from pricing.market.currencies import major, unit
from pricing.market.freshness import Freshness
from pricing.models import Bar, Dividend, Finding, Instrument, Quote, Split
from pricing.ranges import Range, ranges
from pricing.selectors import findings
from stocktracker.formats import age

CHART_MONTHS = {"3M": 3, "6M": 6, "1Y": 12, "2Y": 24, "5Y": 60}
USUAL, EVERYTHING = "1Y", "Max"
SHOWN = 25  # transactions, closed lots and dividends, the latest; Activity has all


@dataclass(frozen=True, slots=True)
class ChartRange:
    name: str
    start: date  # the evening it is measured from
    chosen: bool


@dataclass(frozen=True, slots=True)
class Lot:
    """A closed one, in base currency, fees and taxes included."""

    opened: date
    closed: date
    quantity: float
    cost: float
    proceeds: float
    gain: float

    @property
    def rate(self) -> float | None:
        return self.gain / abs(self.cost) if self.cost else None


@dataclass(frozen=True, slots=True)
class InstrumentPage:
    whole: Dashboard
    instrument: Instrument
    held: HoldingRow | None  # None: everything is sold
    year: Range
    ranges: list[ChartRange]
    realised: float | None  # since the beginning, in base currency; None before the first figures
    income: float | None
    transactions: list[Transaction]
    dividends: list[Dividend]
    splits: list[Split]
    lots: list[Lot]
    findings: list[Finding]
    first: date | None  # of the bars
    last: date | None
    line: Freshline

    @property
    def explains(self) -> str:
        """How the report calls it, where one account has all of it: AAPL, AAPL@broker; else its sums have no name."""
        rows = _report_rows(self.whole, self.instrument.symbol)
        if len(rows) != 1:
            return ""
        account = rows[0]["account"]
        return f"{self.instrument.symbol}@{account}" if account else self.instrument.symbol

    @property
    def quote(self) -> Quote | None:
        return quote_of(self.instrument)

    @property
    def change(self) -> Decimal | None:
        """Of the price since the previous close, as quoted."""
        return self.quote.price - self.quote.previous_close if self.quote and self.quote.previous_close else None

    @property
    def change_rate(self) -> Decimal | None:
        before = self.quote.previous_close if self.quote else None
        return self.change / before if before and self.change is not None else None

    @property
    def position(self) -> float | None:
        """Where the price stands between the year's low and its high, 0 … 1."""
        return self.year.position(float(self.quote.price)) if self.quote else None

    @property
    def average_cost(self) -> Decimal | None:
        """Of one share, in base currency, fees and taxes included."""
        held = self.held.valued.holding if self.held else None
        return held.average_cost / held.quantity if held and held.quantity else None

    @property
    def fifo_cost(self) -> Decimal | None:
        held = self.held.valued.holding if self.held else None
        return held.cost / held.quantity if held and held.quantity else None

    @property
    def average_as_quoted(self) -> str:
        """The same as a price in the chart, at the latest exchange rate; text that every language writes alike."""
        if self.held is None or self.average_cost is None:
            return ""
        holding = self.held.valued.holding
        rate = quote_of(holding.rate)
        if rate is None and major(self.instrument.currency) != self.whole.portfolio.base_currency:
            return ""
        price = self.average_cost / (rate.price if rate else 1) / unit(self.instrument.currency)
        return f"{price:.6f}" if price > 0 else ""


def find_instrument(portfolio: Portfolio, symbol: str) -> Instrument | None:
    """With its quote; None where the portfolio never had to do with it. One query, two for a combined portfolio."""
    traded = Q(pk__in=Transaction.objects.filter(portfolio__in=portfolio.members).order_by().values("instrument"))
    held = Q(pk__in=portfolio.holdings.order_by().values("instrument"))
    wanted = symbol.replace("\0", "")  # PostgreSQL takes no such character
    return Instrument.objects.select_related("quote").filter(traded | held, symbol=wanted).first()


def instrument_page(portfolio: Portfolio, instrument: Instrument, now: datetime) -> InstrumentPage:
    """Nine queries: three of the dashboard, and bars twice, transactions, dividends, splits, findings."""
    whole = dashboard(portfolio, now)
    held = next((row for row in whole.rows if row.valued.instrument.pk == instrument.pk), None)
    bars = Bar.objects.filter(instrument=instrument).aggregate(first=Min("session"), last=Max("session"))
    rows = _report_rows(whole, instrument.symbol)
    return InstrumentPage(
        whole=whole,
        instrument=held.valued.instrument if held else instrument,
        held=held,
        year=ranges([instrument.pk], now.date())[instrument.pk],
        ranges=chart_ranges(bars["first"], bars["last"]),
        realised=sum(row["realised_gain_fifo"] for row in rows) if rows else None,
        income=sum(row["income"] for row in rows) if rows else None,
        transactions=list(portfolio.entered.filter(instrument=instrument).order_by("-date", "-pk")[:SHOWN]),
        dividends=list(Dividend.objects.filter(instrument=instrument).order_by("-ex_date")[:SHOWN]),
        splits=list(Split.objects.filter(instrument=instrument).order_by("-ex_date")),
        lots=_lots(whole, instrument.symbol),
        findings=findings([instrument.pk]),
        first=bars["first"],
        last=bars["last"],
        line=_line(whole, held, now),
    )


def chart_ranges(first: date | None, last: date | None) -> list[ChartRange]:
    """Those the bars reach back for, and everything."""
    if first is None or last is None:
        return []
    starts = {name: months_before(last, months) for name, months in CHART_MONTHS.items()}
    there = {name: start for name, start in starts.items() if start > first}
    chosen = USUAL if USUAL in there else EVERYTHING
    return [ChartRange(name, start, name == chosen) for name, start in {**there, EVERYTHING: date.min}.items()]


def _report_rows(whole: Dashboard, symbol: str) -> list[Mapping[str, Any]]:
    """One for each account."""
    report = whole.snapshot.report if whole.snapshot else {}
    return [row for row in report.get("holdings", ()) if row["symbol"] == symbol]


def _lots(whole: Dashboard, symbol: str) -> list[Lot]:
    """The latest first."""
    closed = [row for row in (whole.snapshot.trades if whole.snapshot else ()) if row["symbol"] == symbol]
    return [
        Lot(
            date.fromisoformat(row["opened"]),
            date.fromisoformat(row["closed"]),
            row["quantity"],
            row["cost"],
            row["proceeds"],
            row["gain"],
        )
        for row in reversed(closed)
    ][:SHOWN]


def _line(whole: Dashboard, held: HoldingRow | None, now: datetime) -> Freshline:
    """How fresh its price is; of what is sold nobody asks for one."""
    if held is None or held.valued.fetched_at is None:
        return Freshline(Freshness.MISSING, _("Not held any more") if held is None else _("No quote yet"), "")
    old = age(now - held.valued.fetched_at)
    texts = {
        Freshness.FRESH: _("Price %(age)s old"),
        Freshness.CACHED: _("Price %(age)s old"),
        Freshness.STALE: _("Stale: price %(age)s old"),
    }
    reason = whole.freshline.reason
    return Freshline(held.valued.freshness, texts[held.valued.freshness] % {"age": old}, reason)
