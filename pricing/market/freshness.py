"""How old a price may be before a page must say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

OPEN_FRESH = timedelta(minutes=5)  # while the exchange trades: as often as we refresh
DELAY = timedelta(minutes=20)  # the source's last price of a session may carry a time before the close


class Freshness(StrEnum):
    FRESH = "fresh"  # as new as it can be
    CACHED = "cached"  # older than we aim for, but within one session
    STALE = "stale"  # older than a whole session, or the source is not answering
    MISSING = "missing"  # no price yet


@dataclass(frozen=True, slots=True)
class Hours:
    """The session around `now` of one exchange: the running one, or the last one and the next."""

    last_open: datetime | None
    last_close: datetime | None  # of the last session that has ended
    previous_close: datetime | None  # of the session before that one
    closes_at: datetime | None  # of the session running now, else None
    next_open: datetime | None

    @property
    def is_open(self) -> bool:
        return self.closes_at is not None


def freshness(fetched_at: datetime | None, hours: Hours, now: datetime, *, refused: bool = False) -> Freshness:
    """`fetched_at`: when the price was asked for; `refused`: the upstream's breaker is open."""
    if fetched_at is None:
        return Freshness.MISSING
    if hours.is_open:
        if now - fetched_at <= OPEN_FRESH:
            return Freshness.FRESH
        missed_a_session = hours.last_close is not None and fetched_at < hours.last_close
    else:
        if hours.last_close is None or fetched_at >= hours.last_close:
            return Freshness.FRESH
        missed_a_session = hours.previous_close is not None and fetched_at < hours.previous_close
    return Freshness.STALE if refused or missed_a_session else Freshness.CACHED


def worst(states: list[Freshness]) -> Freshness:
    """Of several prices shown as one number; fresh where there is none at all."""
    order = [Freshness.FRESH, Freshness.CACHED, Freshness.STALE, Freshness.MISSING]
    return max(states, key=order.index, default=Freshness.FRESH)
