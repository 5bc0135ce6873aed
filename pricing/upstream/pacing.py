"""How fast we may ask: a token bucket for the moment, budgets for the hour and the day."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Budget(StrEnum):
    HOUR = "hour"  # clock hour, UTC
    DAY = "day"  # calendar day, UTC


@dataclass(frozen=True, slots=True)
class Limits:
    """What publicly reported refusals suggest is safe; nobody publishes real limits."""

    per_second: float = 1.0
    burst: int = 5
    per_hour: int = 300
    per_day: int = 2000


@dataclass(frozen=True, slots=True)
class Pace:
    """What was spent; the fields are the columns of one database row. `Pace()` has spent nothing."""

    tokens: float = 0.0  # below 0: that many callers queue already
    refilled_at: datetime | None = None  # None: never used, the bucket is full
    hour_started_at: datetime | None = None
    hour_count: int = 0
    day_started_at: datetime | None = None
    day_count: int = 0


@dataclass(frozen=True, slots=True)
class BudgetSpent:
    budget: Budget
    until: datetime


def take(pace: Pace, limits: Limits, now: datetime) -> tuple[float | BudgetSpent, Pace]:
    """Reserve one request: (seconds to wait before sending it, what is left), or (the budget that is spent, ...).

    A caller who does not want to wait simply keeps the old `Pace`: then nothing was reserved.
    """
    pace = turned(pace, now)
    spent = _spent(pace, limits)
    if spent is not None:
        return spent, pace
    tokens = _refilled(pace, limits, now) - 1.0
    left = replace(
        pace,
        tokens=tokens,
        refilled_at=now if pace.refilled_at is None else max(now, pace.refilled_at),
        hour_count=pace.hour_count + 1,
        day_count=pace.day_count + 1,
    )
    return max(0.0, -tokens) / limits.per_second, left


def turned(pace: Pace, now: datetime) -> Pace:
    """Counts of an hour or a day that is over start again; a clock set back starts nothing."""
    utc = now.astimezone(UTC)
    hour = utc.replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    if pace.hour_started_at is None or hour > pace.hour_started_at:
        pace = replace(pace, hour_started_at=hour, hour_count=0)
    if pace.day_started_at is None or day > pace.day_started_at:
        pace = replace(pace, day_started_at=day, day_count=0)
    return pace


def _spent(pace: Pace, limits: Limits) -> BudgetSpent | None:
    if pace.day_started_at is not None and pace.day_count >= limits.per_day:
        return BudgetSpent(Budget.DAY, pace.day_started_at + timedelta(days=1))
    if pace.hour_started_at is not None and pace.hour_count >= limits.per_hour:
        return BudgetSpent(Budget.HOUR, pace.hour_started_at + timedelta(hours=1))
    return None


def _refilled(pace: Pace, limits: Limits, now: datetime) -> float:
    if pace.refilled_at is None:
        return float(limits.burst)
    elapsed = max(0.0, (now - pace.refilled_at).total_seconds())
    return min(float(limits.burst), pace.tokens + elapsed * limits.per_second)
