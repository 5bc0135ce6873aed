"""How old a price may be before a page must say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

OPEN_FRESH = timedelta(minutes=5)  # while the exchange trades: as often as we refresh
TRADES = "REGULAR"  # the market state of a quote whose exchange was in its ordinary hours
# Where nobody knows when it closes next: as often as it is looked at then, and a day, for there is no session to miss.
UNKNOWN_FRESH, UNKNOWN_CACHED = timedelta(hours=1), timedelta(hours=24)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Freshness(StrEnum):
    FRESH = "fresh"  # as new as it can be
    CACHED = "cached"  # older than we aim for, but within one session
    STALE = "stale"  # older than a whole session, or the source is not answering
    MISSING = "missing"  # no price yet


@dataclass(frozen=True, slots=True)
class Hours:
    """The session around `now` of one exchange: the running one, or the last one and the next. Lunch is a close."""

    last_open: datetime | None
    last_close: datetime | None  # of the last session that has ended, or the start of the lunch that is on
    previous_close: datetime | None  # of the session before that one
    closes_at: datetime | None  # of the session running now, else None
    next_open: datetime | None  # of the next session, or the end of the lunch that is on

    @property
    def is_open(self) -> bool:
        return self.closes_at is not None

    @property
    def are_known(self) -> bool:
        """Or nothing is recorded of it, or no longer."""
        return self.is_open or self.next_open is not None


def freshness(
    fetched_at: datetime | None, hours: Hours, now: datetime, *, refused: bool = False, market_state: str = ""
) -> Freshness:
    """Of a price asked for at `fetched_at`; `refused`: the upstream's breaker is open.

    `market_state` as quoted with it counts where the hours are not known.
    """
    if fetched_at is None:
        return Freshness.MISSING
    fresh_since, cached_since = _limits(hours, now, market_state)
    if fetched_at >= fresh_since:
        return Freshness.FRESH
    return Freshness.STALE if refused or fetched_at < cached_since else Freshness.CACHED


def _limits(hours: Hours, now: datetime, market_state: str) -> tuple[datetime, datetime]:
    """Since when a price must have been asked for to be fresh, and to be no worse than cached."""
    if not hours.are_known:
        return now - (OPEN_FRESH if market_state == TRADES else UNKNOWN_FRESH), now - UNKNOWN_CACHED
    if hours.is_open:
        return now - OPEN_FRESH, hours.last_close or LONG_AGO
    return hours.last_close or LONG_AGO, hours.previous_close or LONG_AGO


def worst(states: list[Freshness]) -> Freshness:
    """Of several prices shown as one number; fresh where there is none at all."""
    order = [Freshness.FRESH, Freshness.CACHED, Freshness.STALE, Freshness.MISSING]
    return max(states, key=order.index, default=Freshness.FRESH)
