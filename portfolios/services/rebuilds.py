"""Ask for rebuilds: which portfolios need one, and the job that does it. Light enough for the web process."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q

from portfolios.models import Holding, Portfolio, Snapshot, Transaction
from pricing.models import Instrument
from pricing.selectors import revision_sum
from stocktracker.jobs.models import Job
from stocktracker.jobs.services import enqueue


def prices_revision(portfolio: Portfolio) -> int:
    """Rises whenever a price this portfolio's history depends on has changed."""
    traded = set(portfolio.transactions.exclude(instrument=None).values_list("instrument", flat=True))
    rates = set(portfolio.holdings.exclude(rate=None).values_list("rate", flat=True))
    return revision_sum(traded | rates | {portfolio.benchmark_id or 0})


def rebuild_is_needed(portfolio: Portfolio) -> bool:
    """False where the snapshot is of this ledger and of these prices already."""
    snapshot = Snapshot.objects.filter(portfolio=portfolio).first()
    if snapshot is None or snapshot.ledger_revision < portfolio.ledger_revision:
        return True
    return snapshot.prices_revision < prices_revision(portfolio)


def request_rebuild(portfolio: Portfolio) -> Job:
    """One job per state of ledger and prices: asking twice for the same work is one job."""
    return enqueue(
        "stocktracker.rebuild",
        key=f"rebuild:{portfolio.pk}:{portfolio.ledger_revision}.{prices_revision(portfolio)}",
        portfolio=portfolio.pk,
        portfolio_id=portfolio.pk,
        requested_by_id=portfolio.owner_id,
    )


def request_rebuilds(instruments: Iterable[int]) -> int:
    """How many portfolios depend on any of these instruments and were asked to rebuild."""
    wanted = list(instruments)
    traded = Transaction.objects.filter(instrument__in=wanted).values("portfolio")
    rated = Holding.objects.filter(rate__in=wanted).values("portfolio")
    depends = Q(pk__in=traded) | Q(pk__in=rated) | Q(benchmark__in=wanted) | _waiting_for_a_rate(wanted)
    portfolios = Portfolio.objects.filter(depends)
    for portfolio in portfolios:
        request_rebuild(portfolio)
    return len(portfolios)


def _waiting_for_a_rate(instruments: list[int]) -> Q:
    """Portfolios behind their ledger, in a currency one of these rates leads to (EURUSD=X leads to USD)."""
    symbols = Instrument.objects.filter(pk__in=instruments, symbol__endswith="=X").values_list("symbol", flat=True)
    bases = {symbol.removesuffix("=X")[-3:] for symbol in symbols}
    current = Snapshot.objects.filter(ledger_revision__gte=F("portfolio__ledger_revision")).values("portfolio")
    return Q(base_currency__in=bases) & ~Q(pk__in=current)
