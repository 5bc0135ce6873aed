"""Rebuild a portfolio's snapshot, always whole: a pure function of its transactions, bars and rates."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np
from django.db.models import Q

from charts.series.sparkline import sparkline_points
from portfolios.accounting.ledger import Ledger, replay
from portfolios.accounting.lots import NOTHING, Position
from portfolios.dependencies import prices_revision
from portfolios.inputs import Inputs
from portfolios.models import Holding, Portfolio, Snapshot
from portfolios.performance.arrays import (
    axis_days,
    close_matrix,
    dates,
    flow_arrays,
    rates_by_day,
    trade_arrays,
)
from portfolios.performance.history import History, align, history
from portfolios.performance.summary import Summary, summarise
from pricing.market.currencies import major

log = logging.getLogger(__name__)

AGREEMENT = 1e-6  # the float history's last day and the Decimal ledger differ by less, relative
SPARK_SESSIONS = 30


@dataclass(frozen=True, slots=True)
class Computed:
    """A rebuild that is not stored yet; `axis` in days since 1970-01-01."""

    inputs: Inputs
    ledger: Ledger
    axis: np.ndarray
    history: History
    benchmark: np.ndarray | None  # total-return level, each day
    summary: Summary
    holdings: list[Holding]
    problem: str


def compute(inputs: Inputs, until: date) -> Computed:
    """Needs at least one entry and all rates. Raises LedgerError where more is sold than held."""
    base, tracks_cash = inputs.portfolio.base_currency, inputs.portfolio.tracks_cash
    ledger = replay(inputs.entries, inputs.splits, base, until)
    axis = axis_days(inputs.sessions, inputs.entries)
    rates = rates_by_day(inputs.rates, base, axis)
    position = {pk: row for row, pk in enumerate(inputs.closes)}
    closes = close_matrix(list(inputs.closes.values()), rates, axis)
    daily = history(
        closes,
        trade_arrays(inputs.entries, position, inputs.splits, axis, until),
        flow_arrays(inputs.entries, rates, base, axis, tracks_cash=tracks_cash),
    )
    benchmark = None
    if fund := inputs.benchmark:
        benchmark = align(fund.prices.days, fund.prices.closes, axis)[0] * fund.unit * rates[fund.currency]
    return Computed(
        inputs=inputs,
        ledger=ledger,
        axis=axis,
        history=daily,
        benchmark=benchmark,
        summary=summarise(dates(axis), daily, benchmark),
        holdings=[_holding(inputs, pk, held, closes[position[pk]]) for pk, held in _held(ledger)],
        problem=_disagreement(ledger, daily),
    )


def _held(ledger: Ledger) -> Iterable[tuple[int, Position]]:
    return ((pk, position) for pk, position in ledger.positions.items() if position.quantity > NOTHING)


def _holding(inputs: Inputs, instrument: int, position: Position, closes: np.ndarray) -> Holding:
    return Holding(
        portfolio=inputs.portfolio,
        instrument_id=instrument,
        rate_id=inputs.rate_ids.get(major(inputs.instruments[instrument].currency)),
        quantity=round(position.quantity, 12),
        cost=round(position.cost, 4),
        average_cost=round(position.average_cost, 4),
        realised=round(position.realised, 4),
        income=round(position.income, 4),
        last_price=round(Decimal(repr(float(closes[-1]))), 10),
        spark=sparkline_points(closes[-SPARK_SESSIONS:].tolist()),
        priced=instrument not in inputs.unpriced,
    )


def _disagreement(ledger: Ledger, daily: History) -> str:
    """Two computations of the same cost basis guard each other; a difference is said, never hidden."""
    exact = float(sum((position.cost for _, position in _held(ledger)), Decimal(0)))
    fast = float(daily.invested[-1])
    if abs(fast - exact) <= AGREEMENT * max(1.0, abs(exact)):
        return ""
    log.error("ledger says cost basis %s, history says %s", exact, fast)
    return f"The history's cost basis ({fast:,.2f}) differs from the ledger's ({exact:,.2f})."


def store(computed: Computed, now: datetime) -> bool:
    """Whether it replaced the figures: they never give way to older ones. Joins the caller's transaction."""
    read = computed.inputs.portfolio
    if _newer_is_stored(read, computed.inputs.prices_revision):
        return False
    read.holdings.all().delete()
    Holding.objects.bulk_create(computed.holdings)
    _put(
        read,
        prices_revision=computed.inputs.prices_revision,
        as_of=computed.summary.last,
        computed_at=now,
        figures=_json(asdict(computed.summary)),
        cash={currency: str(round(amount, 4)) for currency, amount in computed.ledger.cash.items() if amount},
        problem=computed.problem,
    )
    return True


def store_empty(portfolio: Portfolio, now: datetime, problem: str = "") -> bool:
    """What there is to show of a portfolio without figures: nothing, and why. Whether it was stored."""
    revision = prices_revision(portfolio)
    if _newer_is_stored(portfolio, revision):
        return False
    portfolio.holdings.all().delete()
    _put(portfolio, prices_revision=revision, as_of=None, computed_at=now, figures={}, cash={}, problem=problem)
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


def _put(portfolio: Portfolio, **fields: object) -> None:
    fields["ledger_revision"] = portfolio.ledger_revision
    Snapshot.objects.update_or_create(portfolio=portfolio, defaults=fields)


def _json(value: object) -> object:
    match value:
        case dict():
            return {key: _json(item) for key, item in value.items()}
        case date():
            return value.isoformat()
        case float() if not np.isfinite(value):
            return None
        case _:
            return value
