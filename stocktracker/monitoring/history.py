"""The last ninety days, day by day, from the hours PostgreSQL has."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from charts.series.bars import Bar, Columns, columns
from pricing.counters import NAMES, Layers
from stocktracker.formats import short_day
from stocktracker.metrics.series import AMOUNT, PRICES, Timing, name

from .hours import KEPT_FOR
from .numbers import Course
from .overview import MILLISECONDS

# Added up where the rows are: ninety days of a busy deployment are some 200,000 of them.
BY_DAY = """
SELECT (at AT TIME ZONE 'UTC')::date AS day,
       CASE WHEN series LIKE 'request|%%|5xx' THEN 'errors'
            WHEN series LIKE 'request|%%' THEN 'requests' ELSE series END AS what,
       field.key, sum(field.value::bigint)
FROM monitoring_hour, jsonb_each_text(numbers) AS field
WHERE at >= %s AND (series LIKE 'request|%%' OR series = ANY(%s)) AND field.key <> 'us'
GROUP BY day, what, field.key
"""


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    course: Course  # of all requests
    errors: int
    layers: Layers


@dataclass(frozen=True, slots=True)
class History:
    days: list[Day]  # the latest first; days without any number are left out
    requests: Columns
    p95: Columns  # milliseconds


def history(now: datetime) -> History:
    """One query."""
    days = _days(now)
    oldest_first = days[::-1]
    return History(
        days,
        columns(Bar(short_day(one.day), one.course.count) for one in oldest_first),
        columns(Bar(short_day(one.day), (one.course.p95 or 0.0) * MILLISECONDS) for one in oldest_first),
    )


def _days(now: datetime) -> list[Day]:
    amounts: dict[date, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    prices = {name(PRICES, one): one for one in NAMES}
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, [now - KEPT_FOR, list(prices)])
        for day, what, field, amount in cursor.fetchall():
            amounts[day][what][field] += int(amount)
    return [_day(day, amounts[day], prices) for day in sorted(amounts, reverse=True)]


def _day(day: date, amounts: dict[str, Counter[str]], prices: dict[str, str]) -> Day:
    answers = amounts["requests"] + amounts["errors"]
    timing = Timing({int(bucket): count for bucket, count in answers.items()}, 0.0)
    layers = Layers(**{own: amounts[series][AMOUNT] for series, own in prices.items()})
    return Day(day, Course.of(timing), amounts["errors"].total(), layers)
