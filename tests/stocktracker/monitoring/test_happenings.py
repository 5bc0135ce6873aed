from datetime import UTC, datetime, timedelta

import pytest

from pricing.models import Breaker
from pricing.upstream.circuit import Circuit, State
from stocktracker.jobs.models import Job
from stocktracker.monitoring.happenings import happenings
from stocktracker.monitoring.models import Alarm, Event

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def a_bad_day() -> None:
    Event.objects.create(at=NOW - 9 * MINUTE, kind="release", code="released", facts={"version": "0.2.0"})
    Breaker.locked("yahoo", "quote").move(Circuit(state=State.OPEN, reason="RateLimited: 429"), NOW - 7 * MINUTE)
    Alarm.objects.create(
        rule="errors", facts={"count": 3, "all": 40, "limit": "2"}, since=NOW, seen_at=NOW,
        fired_at=NOW - 5 * MINUTE, resolved_at=NOW - MINUTE,
    )  # fmt: skip
    Alarm.objects.create(rule="worker", since=NOW, seen_at=NOW)
    Job.objects.create(
        kind="jobs.prune", queue="housekeeping", state="failed", error="It broke.", finished_at=NOW - 3 * MINUTE
    )


def test_everything_that_happened_is_told_the_latest_first() -> None:
    found = happenings(NOW)

    assert [one.what for one in found] == ["resolved", "failed job", "alarm", "breaker", "release"]
    assert [one.text for one in found] == [
        "Errors: 3 of 40 requests of the last five minutes ended in an error (limit 2 %).",
        "Forget old jobs: It broke.",
        "Errors: 3 of 40 requests of the last five minutes ended in an error (limit 2 %).",
        "yahoo: quote: closed → open. RateLimited: 429",
        "Version 0.2.0 was released on this database.",
    ]
    assert [one.job is not None for one in found] == [False, True, False, False, False]


def test_what_came_later_and_what_is_too_much_is_left_out() -> None:
    assert [one.what for one in happenings(NOW - 4 * MINUTE)] == ["alarm", "breaker", "release"]
    assert [one.what for one in happenings(NOW, most=2)] == ["resolved", "failed job"]
