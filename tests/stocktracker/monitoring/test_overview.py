from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from stocktracker.metrics.processes import Sign
from stocktracker.monitoring.models import Alarm
from stocktracker.monitoring.overview import overview
from tests.stocktracker.jobs.conftest import redis_away

from .counting import counted, timed

__all__ = ["redis_away"]  # a fixture

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    moment = timezone.now()
    timed(moment - 2 * MINUTE, 0.05, "request", "dashboard", "2xx", times=4)
    timed(moment - 30 * MINUTE, 0.2, "request", "dashboard", "2xx", times=2)
    timed(moment - timedelta(hours=5), 0.3, "request", "dashboard", "2xx")
    counted(moment - 2 * MINUTE, 36, "statements", "dashboard")
    return moment


@pytest.mark.parametrize(("span", "requests"), [("5m", 4), ("1h", 6), ("24h", 7), ("a year", 6)])
def test_the_span_can_be_chosen(now: datetime, span: str, requests: int) -> None:
    found = overview(span, now)

    assert found.all.course.count == requests
    assert [row.page for row in found.pages] == ["dashboard"]


def test_a_chart_goes_minute_by_minute_or_hour_by_hour(now: datetime) -> None:
    by_minute, by_hour = (overview(span, now).charts.requests.columns for span in ("5m", "24h"))

    assert len(by_minute) == 61, "an hour and the running minute"
    assert sum(column.bar.value for column in by_minute) == 6
    assert sum(column.bar.value for column in by_hour) == 7


def test_what_is_wrong_and_what_was_is_told(now: datetime) -> None:
    Alarm.objects.create(rule="errors", since=now, seen_at=now, fired_at=now)
    Alarm.objects.create(rule="worker", since=now, seen_at=now)
    Alarm.objects.create(rule="budget", since=now, seen_at=now, fired_at=now, resolved_at=now)

    found = overview("1h", now)

    assert [alarm.rule for alarm in found.firing] == ["errors"]
    assert [alarm.rule for alarm in found.resolved] == ["budget"]


def test_processes_say_what_memory_they_have(now: datetime) -> None:
    Sign("web")()

    found = overview("1h", now)

    assert [one.kind for one in found.processes] == ["web"]
    assert found.memory_mb == found.processes[0].memory_mb


def test_without_redis_there_are_no_numbers_but_a_page(now: datetime, redis_away: None) -> None:
    found = overview("1h", now)

    assert (found.counted, found.pages, found.processes) == (False, [], [])
    assert [problem.code for problem in found.engine.problems] == ["redis"]


def test_it_takes_as_many_queries_however_much_was_counted(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        timed(now, 0.1, "request", f"page-{number}", "2xx")

    with django_assert_num_queries(11):
        overview("1h", now)
