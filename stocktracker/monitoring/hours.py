"""Numbers by the hour for ninety days: Redis has the last day's, PostgreSQL what was carried over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Q
from redis import RedisError

from stocktracker.metrics import reading
from stocktracker.metrics.recording import HOUR, HOURS_KEPT
from stocktracker.metrics.series import KEPT, SEPARATOR, Numbers, together

from .models import Hour

DAY = timedelta(days=1)
KEPT_FOR = 90 * DAY
ONE = timedelta(seconds=HOUR)
SETTLED = timedelta(minutes=10)  # after its end nobody adds to an hour any more (recording.NAMES_KEPT)


def between(begin: datetime, end: datetime, *families: str) -> Numbers:
    """Of whole hours, [begin, end); without what Redis alone knows while it is away."""
    return together(numbers for _, numbers in by_hour(begin, end, *families))


def by_hour(begin: datetime, end: datetime, *families: str) -> list[tuple[datetime, Numbers]]:
    """Each hour that has any numbers of these families (all, if none is named). One query, one look into Redis."""
    hours: dict[datetime, Numbers] = {}
    rows = Hour.objects.filter(_of(families), at__gte=begin, at__lt=end).values_list("at", "series", "numbers")
    for at, series, fields in rows:
        hours.setdefault(at, Numbers()).add_series(series, fields)
    latest = _hours_from(max(_whole(begin), _whole(end) - timedelta(seconds=HOURS_KEPT)), end)
    try:
        fresh = reading.hours(latest)
    except RedisError:
        fresh = []
    for at, numbers in zip(latest, fresh, strict=False):  # none while Redis is away
        if chosen := numbers.of(families):
            hours[at] = chosen
    return sorted(hours.items(), key=lambda item: item[0])


def _of(families: tuple[str, ...]) -> Q:
    chosen = Q()
    for family in families:
        chosen |= Q(series__startswith=family + SEPARATOR)
    return chosen


def _hours_from(begin: datetime, end: datetime) -> list[datetime]:
    return [begin + number * ONE for number in range(-((begin - end) // ONE))]


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def last_ended(now: datetime) -> datetime:
    """When the last hour began to which nobody adds any more."""
    return _whole(now - SETTLED) - ONE


def roll_up(now: datetime) -> int:
    """How many rows were stored of the hours that have ended; the same ones again change nothing."""
    ended = _hours_from(_whole(now - timedelta(seconds=HOURS_KEPT)), last_ended(now) + ONE)
    rows = [
        Hour(at=at, series=series, numbers=fields)
        for at, numbers in zip(ended, reading.hours(ended), strict=True)
        for series, fields in numbers.of(KEPT)
    ]
    reading.forget()  # a worker has no other use for a day's numbers
    Hour.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["series", "at"], update_fields=["numbers"], batch_size=1_000
    )
    return len(rows)


def forget(now: datetime) -> int:
    return Hour.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
