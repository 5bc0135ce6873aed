"""What is held, at the latest prices, with the figures a worker has computed: a dashboard, and what others use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.db.models import Subquery

from charts.series.heatmap import Heatmap, heatmap
from portfolios.models import Portfolio, Snapshot
from portfolios.performance.periods import CHART_RANGES
from portfolios.selectors import cash_of, snapshot_of
from portfolios.valuation import ZERO, Valued, value_holding
from pricing import counters
from pricing.market.calendar import DEFAULT
from pricing.market.freshness import Freshness
from pricing.models import Breaker
from pricing.selectors import hours
from stocktracker.jobs.selectors import JobList, portfolio_jobs

from .freshline import MARKET_ZONE, Freshline, day_label, freshline, market_hours

TOP, MOVERS, EXPECTED, YEARS = 12, 4, 3, 8  # rows of the dashboard's parts


@dataclass(frozen=True, slots=True)
class HoldingRow:
    valued: Valued
    weight: Decimal | None  # of the total; None where that is not above zero
    relative_weight: Decimal  # of the largest holding, 0 … 1


@dataclass(frozen=True)
class Dashboard:
    portfolio: Portfolio
    snapshot: Snapshot | None
    total: Decimal
    cash: Decimal
    day_change: Decimal
    day_rate: Decimal | None
    day_label: str
    rows: list[HoldingRow]
    freshline: Freshline
    market: str
    market_open: bool
    jobs: JobList
    today: date

    @cached_property
    def version(self) -> str:
        """The same as long as everything is that is shown of holdings and figures: parts of pages are kept by it."""
        computed = self.snapshot.computed_at if self.snapshot else None
        told: list[object] = [computed, self.cash, self.day_label, self.outdated]
        told += [self.portfolio.title, self.portfolio.benchmark_id]
        for row in self.rows:
            held, instrument = row.valued, row.valued.instrument
            told += [instrument.symbol, instrument.name, held.price, held.value, held.at, held.freshness, held.gain]
            told += [held.day_change, held.holding.quantity, held.holding.spark]
        return sha256(repr(told).encode()).hexdigest()

    @property
    def top(self) -> list[HoldingRow]:
        """The largest holdings, as many as a dashboard shows."""
        return self.rows[:TOP] if len(self.rows) > TOP + 3 else self.rows

    @property
    def movers(self) -> list[HoldingRow]:
        """Those whose price moved most, either way."""
        moved = [row for row in self.rows if row.valued.price_change]
        return sorted(moved, key=lambda row: -abs(row.valued.price_change or ZERO))[:MOVERS]

    @property
    def expected(self) -> list[dict[str, Any]]:
        """The next dividends to be expected."""
        income = self.snapshot.performance.get("income", {}) if self.snapshot else {}
        return [row for row in income.get("expected", ()) if row["date"] >= self.today.isoformat()][:EXPECTED]

    @property
    def months(self) -> Heatmap:
        """Returns by month, the latest years."""
        stored = self.snapshot.performance if self.snapshot else {}
        years = sorted(stored.get("years", {}), reverse=True)[:YEARS]
        return heatmap(
            {key: one["twr"] for key, one in stored.get("months", {}).items() if key[:4] in years},
            {key: stored["years"][key]["twr"] for key in years},
        )

    @property
    def figures(self) -> dict[str, Any]:
        return self.snapshot.figures if self.snapshot else {}

    @property
    def periods(self) -> list[tuple[str, dict[str, Any]]]:
        """(range, {start, gain, twr}) in the order of the buttons."""
        stored = self.figures.get("periods", {})
        return [(name, stored[name]) for name in CHART_RANGES if name in stored]

    @property
    def first_day(self) -> date | None:
        text = self.figures.get("first")
        return date.fromisoformat(text) if text else None

    @property
    def outdated(self) -> bool:
        """Whether the figures are of an older ledger than the transactions."""
        return self.snapshot is not None and self.snapshot.ledger_revision < self.portfolio.ledger_revision

    @property
    def unfinished(self) -> bool:
        """Whether there are transactions that no figures could be computed from so far."""
        computed = self.snapshot.ledger_revision if self.snapshot else 0
        return not self.figures and computed < self.portfolio.ledger_revision

    @property
    def shows_jobs(self) -> bool:
        """Whether the page has a card of jobs; who has nothing yet is told what to do first."""
        return bool(self.figures or self.jobs.active)

    @property
    def drawdown_low(self) -> date | None:
        text = self.figures.get("drawdown_low")
        return date.fromisoformat(text) if text else None


def dashboard(portfolio: Portfolio, now: datetime) -> Dashboard:
    """Three queries: holdings with quotes, sessions, jobs."""
    why = Breaker.objects.why_refused(now)[:1]
    holdings = list(
        portfolio.holdings.select_related("instrument__quote", "rate__quote").annotate(refusal=Subquery(why))
    )
    refusal = str(getattr(holdings[0], "refusal", None) or "") if holdings else ""
    calendars = {row.calendar for holding in holdings for row in (holding.instrument, holding.rate) if row}
    around = hours({DEFAULT, *calendars}, now)
    valued = [value_holding(holding, around, now, refused=bool(refusal)) for holding in holdings]
    fresh = sum(row.freshness is Freshness.FRESH for row in valued)
    counters.count(database_hits=fresh, database_misses=len(valued) - fresh)
    valued.sort(key=lambda row: row.value, reverse=True)
    snapshot = snapshot_of(portfolio)
    cash = cash_of(snapshot)
    total = cash + sum((row.value for row in valued), ZERO)
    change = sum((row.day_change for row in valued), ZERO)
    largest = max((abs(row.value) for row in valued), default=ZERO)
    return Dashboard(
        portfolio=portfolio,
        snapshot=snapshot,
        total=total,
        cash=cash,
        day_change=change,
        day_rate=change / (total - change) if total > change else None,
        day_label=day_label(valued, now),
        rows=[_row(row, total, largest) for row in valued],
        freshline=freshline(valued, around, now, refusal),
        market=market_hours(around[DEFAULT], now),
        market_open=around[DEFAULT].is_open,
        jobs=portfolio_jobs(portfolio.pk, now),
        today=now.astimezone(MARKET_ZONE).date(),
    )


def _row(valued: Valued, total: Decimal, largest: Decimal) -> HoldingRow:
    return HoldingRow(
        valued,
        weight=valued.value / total if total > 0 else None,
        relative_weight=max(valued.value / largest, ZERO) if largest else ZERO,
    )
