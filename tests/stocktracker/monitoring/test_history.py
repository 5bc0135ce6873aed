from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from pricing.counters import Layers
from stocktracker.monitoring.history import history
from stocktracker.monitoring.hours import KEPT_FOR, roll_up
from stocktracker.monitoring.models import Hour

from .counting import counted, timed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, 15, tzinfo=UTC)


def test_days_add_up_from_their_hours(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for ago in (timedelta(hours=2), timedelta(hours=3), timedelta(hours=20)):
        timed(NOW - ago, 0.1, "request", "dashboard", "2xx", times=3)
        timed(NOW - ago, 0.4, "request", "holdings", "5xx")
        counted(NOW - ago, 9, "prices", "memory_hits")
        counted(NOW - ago, 1, "prices", "database_misses")
    roll_up(NOW)

    with django_assert_num_queries(1):
        found = history(NOW)

    friday, thursday = found.days
    assert (friday.day, thursday.day) == (date(2026, 11, 20), date(2026, 11, 19))
    assert (friday.course.count, friday.errors, thursday.course.count) == (8, 2, 4)
    assert friday.course.p50 == pytest.approx(0.1, rel=0.03)
    assert friday.course.p95 == pytest.approx(0.4, rel=0.03)
    assert friday.layers == Layers(memory_hits=18, database_misses=2)
    assert [column.bar.value for column in found.requests.columns] == [4, 8]


def test_what_is_older_than_ninety_days_is_not_shown() -> None:
    Hour.objects.create(at=NOW - KEPT_FOR - timedelta(hours=1), series="request|home|2xx", numbers={"3": 1})

    assert history(NOW).days == []
