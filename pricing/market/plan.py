"""What to ask the source for, in which order and how often, so that its budget lasts: values in, values out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from itertools import pairwise
from statistics import median

from pricing.upstream.client import SYMBOLS_PER_REQUEST
from pricing.upstream.pacing import Limits

REFRESH_EVERY = timedelta(minutes=5)  # while an exchange trades
QUIET_EVERY = timedelta(minutes=30)  # while only coins and currencies do, and for what nobody holds
SHARE = 0.6  # of the budget that may go into refreshing; histories, searches and people's own wishes need the rest
CHECK_DAYS = 7  # within which every history is fetched again: restated closes and dividends have no other sign
LEAST_AGE = timedelta(hours=20)  # of a history that is worth another request
DIVIDENDS_NEEDED = 3  # to tell how often it pays
EARLIEST, LATEST = -2, 7  # days around the expected ex-date in which the history is asked each day
REGULAR = 0.25  # share of the usual distance the distances may differ by


class Rank(IntEnum):
    """Who waits for the price; the lowest number goes first."""

    VIEWED = 1  # somebody looks at it
    HELD = 2
    BENCHMARK = 3  # something is compared with it
    WATCHED = 4
    POPULAR = 5  # known here, held by nobody


@dataclass(frozen=True, slots=True)
class Candidate:
    symbol: str
    rank: Rank
    asked_at: datetime | None  # when its quote was last asked for


def in_order(candidates: Iterable[Candidate]) -> list[str]:
    """The most wanted first, of those the longest unasked; each symbol once, at its best rank."""
    best: dict[str, Candidate] = {}
    for one in candidates:
        if one.symbol not in best or one.rank < best[one.symbol].rank:
            best[one.symbol] = one
    longest_ago = datetime.min.replace(tzinfo=UTC)
    ordered = sorted(best.values(), key=lambda one: (one.rank, one.asked_at or longest_ago, one.symbol))
    return [one.symbol for one in ordered]


def refresh_every(symbols: int, limits: Limits, spent_today: int, now: datetime) -> timedelta:
    """How often so many symbols can be asked for until the day (UTC) ends; whole multiples of REFRESH_EVERY."""
    requests = math.ceil(symbols / SYMBOLS_PER_REQUEST)
    utc = now.astimezone(UTC)
    midnight = utc.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    hours_left = max(1.0, (midnight - utc).total_seconds() / 3600)
    an_hour = SHARE * min(limits.per_hour, max(1.0, limits.per_day - spent_today) / hours_left)
    if an_hour <= 0:
        return timedelta(days=1)
    return REFRESH_EVERY * max(1, math.ceil(timedelta(hours=requests / an_hour) / REFRESH_EVERY))


def todays_checks(fetched: Sequence[tuple[int, datetime]], now: datetime) -> list[int]:
    """Ids of the histories to fetch again today, of all as (id, when fetched): a seventh, the oldest first."""
    count = math.ceil(len(fetched) / CHECK_DAYS)
    oldest = sorted(fetched, key=lambda row: (row[1], row[0]))[:count]
    return [pk for pk, at in oldest if now - at >= LEAST_AGE]


def dividend_is_near(ex_dates: Sequence[date], today: date) -> bool:
    """Whether a dividend is to be expected about now: of one who pays regularly, judged by the last payments."""
    recent = sorted(ex_dates)[-DIVIDENDS_NEEDED - 2 :]
    if len(recent) < DIVIDENDS_NEEDED:
        return False
    distances = [(later - earlier).days for earlier, later in pairwise(recent)]
    usual = median(distances)
    if any(abs(distance - usual) > REGULAR * usual for distance in distances):
        return False
    return EARLIEST <= (today - recent[-1]).days - usual <= LATEST
