from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from charts.models import Backtest
from stocktracker.metrics import reading, recording
from stocktracker.monitoring.backtests import STEPS, backtests
from tests.charts.given import computed, hold, walk

pytestmark = pytest.mark.django_db


def test_steps_are_timed_and_the_slowest_requests_named(user: User) -> None:
    walk("VTI")
    walk("BND", seed=2)
    recording.flush()  # what tests before have counted
    before = backtests(reading.total(), timezone.now()).count
    slow, quick = computed(user, hold("VTI", "BND")), computed(user, hold("VTI"))
    Backtest.objects.filter(pk=slow.pk).update(timings={"load": 900, "run": 100.5})
    recording.flush()

    rows = backtests(reading.total(), timezone.now() - timedelta(hours=1))

    assert rows.count == before + 2
    assert [row.title for row in rows.steps] == list(STEPS.values())
    assert all(row.course.p99 for row in rows.steps)
    assert [row.key for row in rows.slowest] == [slow.key, quick.key]
    assert (rows.slowest[0].kind, rows.slowest[0].symbols, rows.slowest[0].milliseconds) == ("hold", 2, 1000.5)


def test_only_what_was_computed_since_then_counts(user: User) -> None:
    walk("VTI")
    computed(user, hold("VTI"))

    assert backtests(reading.total(), timezone.now() + timedelta(hours=1)).slowest == []
