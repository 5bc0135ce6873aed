from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.days import Day, days
from stocktracker.jobs.models import KindDay

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def kept(kind: str, day: str, done: int, failed: int = 0) -> None:
    numbers = {"done": done, "failed": failed, "cancelled": 1, "retried": 2, "p50_seconds": 0.5, "p95_seconds": 3.0}
    KindDay.objects.create(kind=kind, day=date.fromisoformat(day), **numbers)


def test_days_are_summed_over_kinds_the_latest_first(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    kept("a", "2026-11-18", 10)
    kept("a", "2026-11-19", 20, failed=3)
    kept("b", "2026-11-19", 4)

    with django_assert_num_queries(1):
        found = days(NOW)

    assert found == [
        Day(date(2026, 11, 19), 24, 3, 2, 4, None, None),
        Day(date(2026, 11, 18), 10, 0, 1, 2, None, None),
    ]
    assert found[0].ended == 29


def test_of_one_kind_there_are_quantiles_too() -> None:
    kept("a", "2026-11-19", 20)
    kept("b", "2026-11-19", 4)

    assert days(NOW, "b") == [Day(date(2026, 11, 19), 4, 0, 1, 2, 0.5, 3.0)]


def test_older_days_are_left_out() -> None:
    kept("a", "2026-10-20", 1)
    kept("a", "2026-10-21", 2)

    assert [day.done for day in days(NOW)] == [2]
    assert [day.done for day in days(NOW, count=31)] == [2, 1]
