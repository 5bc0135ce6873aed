"""Ask for new prices of one portfolio, at most once a minute, and for a history that looks wrong."""

from __future__ import annotations

from datetime import datetime

from portfolios.models import Portfolio
from pricing.services.fixes import FixError
from pricing.services.fixes import refetch as fetch_again
from stocktracker.jobs.models import Job
from stocktracker.jobs.services import enqueue

__all__ = ["FixError", "fetch_again", "request_refresh"]

EVERY_SECONDS = 60


def request_refresh(portfolio: Portfolio, now: datetime, user_id: int) -> Job | None:
    """The job that fetches quotes of what is held, its exchange rates and its benchmark; None for nothing held."""
    held = portfolio.holdings.select_related("instrument", "rate")
    symbols = {row.instrument.symbol for row in held} | {row.rate.symbol for row in held if row.rate}
    if not symbols:
        return None
    if portfolio.benchmark:
        symbols.add(portfolio.benchmark.symbol)
    return enqueue(
        "pricing.refresh_quotes",
        key=f"refresh:{portfolio.pk}:{int(now.timestamp()) // EVERY_SECONDS}",
        once=True,
        priority=1,
        portfolio_id=portfolio.pk,
        requested_by_id=user_id,
        symbols=sorted(symbols),
    )
