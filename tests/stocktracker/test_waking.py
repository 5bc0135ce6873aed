from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from stocktracker.jobs.models import Job
from stocktracker.monitoring.models import Event
from stocktracker.redis import store
from stocktracker.tasks import plan
from stocktracker.waking import PLANNED, notice_pause, slept

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def test_a_pause_is_more_than_a_few_missed_minutes() -> None:
    assert slept(None, NOW) is None
    assert slept(NOW - timedelta(minutes=10), NOW) is None
    assert slept(NOW - timedelta(hours=3), NOW) == timedelta(hours=3)


@pytest.mark.django_db
def test_whoever_plans_minute_by_minute_notices_nothing() -> None:
    for minute in range(20):
        notice_pause(NOW + timedelta(minutes=minute))

    assert not Event.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_after_three_hours_it_is_noted_once_and_looked_around_once() -> None:
    notice_pause(NOW)

    first = notice_pause(NOW + timedelta(hours=3))
    second = notice_pause(NOW + timedelta(hours=3, seconds=1))

    assert (first, second) == (timedelta(hours=3), None)
    assert Event.objects.get().facts == {"pause": "3 hours"}
    assert Job.objects.get().kind == "stocktracker.wake_up"


@pytest.mark.django_db
def test_a_redis_that_forgot_everything_tells_of_no_pause() -> None:
    notice_pause(NOW)
    store().flushdb()

    assert notice_pause(NOW + timedelta(hours=3)) is None


@pytest.mark.django_db(transaction=True)
def test_the_minutes_plan_looks_for_it() -> None:
    store().set(PLANNED, (timezone.now() - timedelta(days=3)).timestamp())

    plan()

    assert Event.objects.get(code="woke_up").facts == {"pause": "3 days"}
    assert Job.objects.filter(kind="stocktracker.wake_up").count() == 1
