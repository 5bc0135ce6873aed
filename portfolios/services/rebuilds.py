"""Ask for rebuilds: which portfolios need one, and the job that does it. Light enough for the web process."""

from __future__ import annotations

from collections.abc import Iterable

from portfolios.dependencies import dependents, prices_revision
from portfolios.models import Portfolio, Snapshot
from stocktracker.jobs.models import Job
from stocktracker.jobs.services import enqueue


def rebuild_is_needed(portfolio: Portfolio) -> bool:
    """False where the snapshot is of this ledger and of these prices already."""
    snapshot = Snapshot.objects.filter(portfolio=portfolio).only("ledger_revision", "prices_revision").first()
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
    portfolios = list(dependents(instruments).select_related("benchmark"))
    for portfolio in portfolios:
        request_rebuild(portfolio)
    return len(portfolios)
