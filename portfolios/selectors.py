"""Reads that answer a page: the dashboard, the list of transactions, proposed dividends, what looks wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db.models import Subquery

from pricing import counters
from pricing.market.calendar import DEFAULT
from pricing.market.freshness import Freshness, Hours, worst
from pricing.models import Breaker, Finding
from pricing.selectors import NO_HOURS, findings, hours
from stocktracker.formats import age, day_and_time
from stocktracker.jobs.models import Job
from stocktracker.jobs.selectors import JobList, portfolio_jobs

from .dependencies import instruments_of
from .models import ImportBatch, Portfolio, ProposedDividend, Snapshot, Transaction
from .performance.periods import CHART_RANGES
from .valuation import ZERO, Valued, value_holding

ROWS_A_PAGE = 100
MARKET_ZONE = ZoneInfo("America/New_York")  # of the exchange named in the header


@dataclass(frozen=True, slots=True)
class HoldingRow:
    valued: Valued
    weight: Decimal | None  # of the total; None where that is not above zero
    relative_weight: Decimal  # of the largest holding, 0 … 1


@dataclass(frozen=True, slots=True)
class Freshline:
    """The chip beside the total: how fresh the prices are, and why."""

    state: Freshness
    text: str
    reason: str  # why the price source is not asked, if so


@dataclass(frozen=True, slots=True)
class Dashboard:
    portfolio: Portfolio
    portfolios: list[Portfolio]
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


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    kind: str
    day: date
    message: str


@dataclass(frozen=True, slots=True)
class Quality:
    """What looks wrong: with the ledger, and with the prices its figures depend on."""

    problem: str  # why the figures are not of this ledger
    ledger: list[LedgerFinding]
    prices: list[Finding]

    @property
    def count(self) -> int:
        return bool(self.problem) + len(self.ledger) + len(self.prices)


@dataclass(frozen=True, slots=True)
class Proposed:
    """Dividends nobody has booked, the latest first."""

    open: list[ProposedDividend]
    dismissed: list[ProposedDividend]


@dataclass(frozen=True, slots=True)
class Activity:
    page: Page[Transaction]
    proposed: int  # dividends
    wrong: int  # findings


def snapshot_of(portfolio: Portfolio) -> Snapshot | None:
    """The one that came with the row (select_related); None before the first rebuild."""
    return getattr(portfolio, "snapshot", None)


def portfolios_of(user: User) -> list[Portfolio]:
    """With what a dashboard shows of their snapshots."""
    heavy = (f"snapshot__{name}" for name in ("performance", "report", "trades", "findings"))
    return list(user.portfolios.select_related("snapshot", "benchmark").defer(*heavy))


def job_of(batch: ImportBatch) -> Job | None:
    """The job that checks this file, with why it waits or has failed."""
    own = Job.objects.filter(portfolio_id=batch.portfolio_id, kind="portfolios.check_import", args__batch=batch.pk)
    return own.order_by("-id").first()


def dashboard(portfolio: Portfolio, portfolios: list[Portfolio], now: datetime) -> Dashboard:
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
    cash = _cash(snapshot)
    total = cash + sum((row.value for row in valued), ZERO)
    change = sum((row.day_change for row in valued), ZERO)
    return Dashboard(
        portfolio=portfolio,
        portfolios=portfolios,
        snapshot=snapshot,
        total=total,
        cash=cash,
        day_change=change,
        day_rate=change / (total - change) if total > change else None,
        day_label=_day_label(valued, now),
        rows=[_row(row, total, max(abs(one.value) for one in valued)) for row in valued],
        freshline=_freshline(valued, around, now, refusal),
        market=_market(around[DEFAULT], now),
        market_open=around[DEFAULT].is_open,
        jobs=portfolio_jobs(portfolio.pk, now),
    )


def _cash(snapshot: Snapshot | None) -> Decimal:
    """In base currency; foreign cash at the rate of the snapshot's last day."""
    if snapshot is None or not snapshot.figures:
        return ZERO
    return round(Decimal(str(snapshot.figures["value"])) - Decimal(str(snapshot.figures["securities"])), 4)


def _row(valued: Valued, total: Decimal, largest: Decimal) -> HoldingRow:
    return HoldingRow(
        valued,
        weight=valued.value / total if total > 0 else None,
        relative_weight=max(valued.value / largest, ZERO) if largest else ZERO,
    )


def _day_label(valued: list[Valued], now: datetime) -> str:
    """«today» only if a price was made today; else the day of the newest price."""
    made = [row.at.astimezone(MARKET_ZONE) for row in valued if row.at and row.instrument.calendar == DEFAULT]
    made = made or [row.at.astimezone(MARKET_ZONE) for row in valued if row.at]
    if not made or max(made).date() == now.astimezone(MARKET_ZONE).date():
        return "today"
    newest = max(made)
    return f"on {newest:%a} {newest.day} {newest:%b}"


def _freshline(valued: list[Valued], around: dict[str, Hours], now: datetime, refusal: str) -> Freshline:
    state = worst([row.freshness for row in valued])
    if state is Freshness.MISSING:
        missing = sum(row.freshness is Freshness.MISSING for row in valued)
        return Freshline(state, f"{missing} without a price yet", refusal)
    asked = [row.fetched_at for row in valued if row.fetched_at]
    if not asked:
        return Freshline(state, "No prices needed", refusal)
    oldest = age(now - min(asked))
    if state is Freshness.FRESH:
        hours_of = [around.get(row.instrument.calendar, NO_HOURS) for row in valued]
        trading = any(own.is_open or not own.are_known for own in hours_of)
        return Freshline(state, f"Prices {oldest} old" if trading else "Closing prices", refusal)
    return Freshline(state, f"{'Stale: prices' if state is Freshness.STALE else 'Prices'} {oldest} old", refusal)


def _market(sessions: Hours, now: datetime) -> str:
    if sessions.closes_at:
        return f"NYSE open, closes in {age(sessions.closes_at - now)}"
    if sessions.next_open:
        return f"NYSE closed, opens {day_and_time(sessions.next_open.astimezone(MARKET_ZONE))} ET"
    return ""


def activity(portfolio: Portfolio, page: str | None) -> Activity:
    """The latest transactions first; any text names a page. Eight queries."""
    rows = portfolio.transactions.select_related("instrument").order_by("-date", "-pk")
    return Activity(
        page=Paginator(rows, ROWS_A_PAGE).get_page(page),
        proposed=portfolio.proposed_dividends.filter(state=ProposedDividend.State.OPEN).count(),
        wrong=quality(portfolio).count,
    )


def accounts_of(portfolio: Portfolio) -> list[str]:
    """By name, those that have one. One query."""
    named = portfolio.transactions.exclude(account="").order_by("account")
    return list(named.values_list("account", flat=True).distinct())


def proposed_dividends(portfolio: Portfolio) -> Proposed:
    """One query."""
    rows = list(portfolio.proposed_dividends.select_related("instrument"))
    return Proposed(
        open=[row for row in rows if row.state == ProposedDividend.State.OPEN],
        dismissed=[row for row in rows if row.state == ProposedDividend.State.DISMISSED],
    )


def quality(portfolio: Portfolio) -> Quality:
    """Five queries."""
    stored = Snapshot.objects.filter(portfolio=portfolio).values_list("problem", "findings").first()
    problem, ledger = stored or ("", [])
    return Quality(
        problem=problem,
        ledger=[LedgerFinding(row["kind"], date.fromisoformat(row["day"]), row["message"]) for row in ledger],
        prices=findings(instruments_of(portfolio).values_list("pk", flat=True)),
    )
