"""The portfolios a combined one is made of, each with what it is worth now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portfolios.live import LiveTotal, totals
from portfolios.models import Portfolio
from portfolios.selectors import HEAVY, cash_of

NOTHING = LiveTotal(Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Member:
    """Money in its own base currency."""

    portfolio: Portfolio
    value: Decimal
    day_change: Decimal


def members_of(portfolio: Portfolio) -> list[Member]:
    """In the order they were made: their currencies may differ. Two queries; none for an ordinary one."""
    if not portfolio.is_combined:
        return []
    left = [f"snapshot__{name}" for name in HEAVY]
    own = Portfolio.objects.filter(owner=portfolio.owner_id, is_combined=False).select_related("snapshot").defer(*left)
    rows = list(own)
    live = totals(row.pk for row in rows)
    return [_member(row, live.get(row.pk, NOTHING)) for row in rows]


def _member(portfolio: Portfolio, live: LiveTotal) -> Member:
    return Member(portfolio, live.value + cash_of(getattr(portfolio, "snapshot", None)), live.day_change)
