"""Rebuild a portfolio's snapshot, always whole: a pure function of its transactions, bars and rates."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import Q

from charts.series.sparkline import sparkline_points
from portfolios.accounting.dividends import Proposal, proposals
from portfolios.accounting.entries import ZERO, Entry
from portfolios.accounting.findings import Finding, odd_prices
from portfolios.accounting.ledger import Ledger
from portfolios.accounting.lots import NOTHING, Position
from portfolios.accounting.sentences import Sentence
from portfolios.accounting.splits import factor_after
from portfolios.cases.answers import answer, plain
from portfolios.dependencies import prices_revision
from portfolios.inputs import Inputs
from portfolios.ledgers import Kept, looked_up, shelf
from portfolios.models import Holding, Portfolio, Snapshot
from portfolios.performance.book import Book, exactly
from portfolios.performance.history import Daily, History
from portfolios.performance.income import Income, IncomeReport, income
from portfolios.performance.overview import Overview, overview
from portfolios.performance.report import Report, Reporting
from portfolios.performance.summary import Summary, summarise
from portfolios.services.dividends import sync_proposals
from pricing.market.currencies import major

log = logging.getLogger(__name__)

AGREEMENT = 1e-6  # the float history's last day and the Decimal ledger differ by less, relative
SPARK_SESSIONS = 30
NO_FIGURES: dict[str, Any] = {
    "figures": {}, "performance": {}, "report": {}, "trades": [], "trades_of": "", "findings": [], "cash": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Computed:
    """A rebuild that is not stored yet; the history begins on the evening before the first transaction."""

    inputs: Inputs
    trades_of: str  # the replay its closed lots are of
    ledger: Ledger
    history: History
    daily: Daily
    levels: Mapping[str, np.ndarray]  # of each benchmark by its symbol, the first one first: total return, each day
    in_fund: np.ndarray | None  # what the same payments would be worth in the first one
    summary: Summary
    overview: Overview
    report: Report
    holdings: list[Holding]
    income: IncomeReport
    proposals: list[Proposal]
    findings: list[Finding]
    problem: str


def compute(inputs: Inputs, until: date) -> Computed:
    """Needs at least one entry and all rates. Raises LedgerError where an entry cannot have happened."""
    book = inputs.book
    start, end = book.first_eve(), book.last_day(until)
    known = inputs.kept if inputs.kept and inputs.kept.reaches(end) else None
    replayed = (known.ledger, known.movements) if known else None
    making = Reporting(book, start, end, replayed=replayed)
    if known is None:
        known = Kept(book, inputs.typed, end, looked_up(book), making.ledger, making.movements, inputs.quoted)
        shelf.keep(inputs.portfolio, known)
    levels = {symbol: making.level(symbol) for symbol in book.benchmarks}
    first = next(iter(levels.values()), None)
    return Computed(
        inputs=inputs,
        trades_of=known.token,
        ledger=making.ledger,
        history=making.history,
        daily=making.daily,
        levels=levels,
        in_fund=making.whole.in_fund(first).value if first is not None else None,
        summary=summarise(making),
        overview=overview(making),
        report=making.report(),
        holdings=[
            _holding(inputs, making.history, pk, held, (end, until)) for pk, held in _held(making.ledger).items()
        ],
        income=income(book, making.ledger, inputs.payouts, end),
        proposals=proposals(book.entries, making.ledger.legs, book.splits, inputs.payouts, end),
        findings=_findings(inputs, making),
        problem=disagreement(making),
    )


def _findings(inputs: Inputs, making: Reporting) -> list[Finding]:
    """What looks wrong in the ledger itself; prices have findings of their own (pricing.models.Finding)."""
    estimated = [
        Finding("estimated", entry.date, _estimated(making.book, entry))
        for entry in first_of_each(making.book.entries)
        if (quoted := making.book.quoted(entry.instrument or 0, entry.date)) is not None and quoted.estimated
    ]
    return sorted([*odd_prices(inputs.fills), *estimated], key=lambda finding: finding.day)


def _estimated(book: Book, entry: Entry) -> Sentence:
    if not book.listed[entry.instrument or 0].priced:
        return Sentence("{symbol} has no prices: it is valued at what its last trade paid.", symbol=entry.symbol)
    return Sentence(
        "{symbol} has no price of {day} or before: its first known price is used until then.",
        symbol=entry.symbol,
        day=entry.date,
    )


def first_of_each(entries: Iterable[Entry]) -> list[Entry]:
    """The first entry of each instrument."""
    first: dict[int, Entry] = {}
    for entry in entries:
        if entry.instrument is not None:
            first.setdefault(entry.instrument, entry)
    return list(first.values())


def _held(ledger: Ledger) -> dict[int, list[Position]]:
    """{instrument: its positions in all accounts}, of what is held or owed."""
    found: dict[int, list[Position]] = {}
    for place, position in ledger.positions.items():
        if place.instrument is not None and abs(position.quantity) > NOTHING:
            found.setdefault(place.instrument, []).append(position)
    return found


def _holding(
    inputs: Inputs, history: History, instrument: int, positions: list[Position], days: tuple[date, date]
) -> Holding:
    """`days`: the history's last, and today, whose shares quotes are of: a split may be of no evening yet."""
    row = next(at for at, place in enumerate(history.places) if place.instrument == instrument)
    closes = history.worth[row]
    last, today = days
    shares = factor_after([fact for fact in inputs.book.splits.get(instrument, ()) if fact.ex_date <= today], last)
    return Holding(
        portfolio=inputs.portfolio,
        instrument_id=instrument,
        rate_id=inputs.rate_ids.get(major(inputs.instruments[instrument].currency)),
        quantity=round(sum((one.quantity for one in positions), ZERO) * shares, 12),
        cost=round(sum((one.cost for one in positions), ZERO), 4),
        average_cost=round(sum((one.average_cost for one in positions), ZERO), 4),
        realised=round(sum((one.earned.realised for one in positions), ZERO), 4),
        income=round(sum((one.earned.dividends + one.earned.interest for one in positions), ZERO), 4),
        last_price=round(exactly(closes[-1]) / shares, 10),
        spark=sparkline_points(closes[history.is_session][-SPARK_SESSIONS:].tolist()),
        priced=inputs.book.listed[instrument].priced,
    )


def disagreement(making: Reporting) -> str:
    """Two computations of the same figures guard each other; a difference is said, never hidden."""
    exact_cost = float(sum((position.cost for position in making.ledger.positions.values()), ZERO))
    for name, exact, fast in (
        ("cost basis", exact_cost, float(making.daily.invested[-1])),
        ("value", float(making.statement.value_end), float(making.daily.value[-1])),
    ):
        if abs(fast - exact) > AGREEMENT * max(1.0, abs(exact)):
            log.error("ledger says %s %s, history says %s", name, exact, fast)
            return f"The history's {name} ({fast:,.2f}) differs from the ledger's ({exact:,.2f})."
    return ""


def store(computed: Computed, now: datetime) -> bool:
    """Whether it replaced the figures: they never give way to older ones, nor to ones of older prices than there are.

    Joins the caller's transaction. Whoever changed a price has asked for the next rebuild.
    """
    read = computed.inputs.portfolio
    there = Snapshot.objects.filter(portfolio=read, trades_of=computed.trades_of).exists()
    whole = answer(computed.report, trades=not there)
    if _newer_is_stored(read, computed.inputs.prices_revision):
        return False
    if prices_revision(read) > computed.inputs.prices_revision:
        return False  # a split among them would be undone in the holdings
    if there and not Snapshot.objects.filter(portfolio=read, trades_of=computed.trades_of).exists():
        whole = answer(computed.report)  # another worker has replaced them meanwhile
    read.holdings.all().delete()
    Holding.objects.bulk_create(computed.holdings)
    sync_proposals(read, [] if read.is_combined else computed.proposals)
    _put(
        read,
        prices_revision=computed.inputs.prices_revision,
        as_of=computed.summary.last,
        computed_at=now,
        figures=plain(computed.summary),
        **({"trades": whole.pop("trades")} if "trades" in whole else {}),
        trades_of=computed.trades_of,
        report=whole,
        performance=plain(computed.overview) | {"income": _income(computed.income)},
        findings=[{"kind": one.kind, "day": one.day.isoformat(), **one.message.stored} for one in computed.findings],
        cash={currency: str(round(amount, 4)) for currency, amount in computed.ledger.balances().items() if amount},
        problem=computed.problem,
    )
    return True


def _income(report: IncomeReport) -> dict[str, Any]:
    def shown(one: Income) -> dict[str, Any]:
        rates = {"rate": one.rate, "rate_on_cost": one.rate_on_cost, "projected_rate": one.projected_rate}
        return {**plain(one), **rates}

    holdings = {name: shown(one) for name, one in report.holdings.items()}
    rest = {"months": report.months, "expected": plain(report.expected), "lately": plain(report.lately)}
    return {"whole": shown(report.whole), "holdings": holdings, **rest}


def store_empty(portfolio: Portfolio, now: datetime, problem: str = "") -> bool:
    """What there is to show of a portfolio without figures: nothing, and why. Whether it was stored."""
    revision = prices_revision(portfolio)
    if _newer_is_stored(portfolio, revision):
        return False
    portfolio.holdings.all().delete()
    sync_proposals(portfolio, [])
    _put(portfolio, prices_revision=revision, as_of=None, computed_at=now, problem=problem, **NO_FIGURES)
    return True


def store_problem(portfolio: Portfolio, now: datetime, problem: str) -> None:
    """The ledger does not add up: the last good figures stay, and the page says why they are old."""
    if _newer_is_stored(portfolio, prices_revision(portfolio)):
        return
    if not Snapshot.objects.filter(portfolio=portfolio).update(problem=problem):
        store_empty(portfolio, now, problem)


def _newer_is_stored(read: Portfolio, revision: int) -> bool:
    """Whether another worker has stored a newer ledger or newer prices; until the transaction ends none can."""
    Portfolio.objects.select_for_update().get(pk=read.pk)
    newer = Q(ledger_revision__gt=read.ledger_revision)
    newer |= Q(ledger_revision=read.ledger_revision, prices_revision__gt=revision)
    return Snapshot.objects.filter(newer, portfolio=read).exists()


def _put(portfolio: Portfolio, **fields: Any) -> None:
    """In one statement; what is not among `fields` stays as it is."""
    fields["ledger_revision"] = portfolio.ledger_revision
    Snapshot.objects.bulk_create(
        [Snapshot(portfolio=portfolio, **fields)],
        update_conflicts=True,
        unique_fields=["portfolio"],
        update_fields=list(fields),
    )
