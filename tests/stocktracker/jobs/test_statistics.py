from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from stocktracker.jobs.models import Job, KindDay, State
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import enqueue
from stocktracker.jobs.statistics import KindNumbers, keep_days, recent

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def some_kind(kind: Kind) -> None:
    kind(lambda _run: None)


def ended(seconds: float, at: datetime = NOON, state: str = State.DONE, attempts: int = 1, waited: float = 0) -> Job:
    """A job that ran so long, after so long a wait."""
    job = enqueue("test.kind")
    began = at - timedelta(seconds=seconds)
    Job.objects.filter(pk=job.pk).update(
        state=state, attempts=attempts, run_at=began - timedelta(seconds=waited), started_at=began, finished_at=at
    )
    return job


def test_a_kinds_numbers_are_counts_and_percentiles_of_what_ended_since() -> None:
    for seconds in range(1, 101):
        ended(seconds, waited=2 * seconds, attempts=2 if seconds > 98 else 1)
    ended(500, state=State.FAILED)
    ended(500, state=State.CANCELLED)
    ended(7, at=NOON - DAY)

    (numbers,) = recent(NOON - timedelta(hours=1))

    assert (numbers.done, numbers.failed, numbers.cancelled, numbers.retried) == (100, 1, 1, 2)
    assert numbers.p50_seconds == pytest.approx(50.5)
    assert numbers.p95_seconds == pytest.approx(95.05)
    assert numbers.waited_p95_seconds == pytest.approx(189.9, abs=0.2)
    assert numbers.title == "Test"


def test_a_kind_of_which_nothing_was_done_has_no_durations() -> None:
    ended(3, state=State.FAILED)

    assert recent(NOON - DAY) == [KindNumbers("test.kind", 0, 1, 0, 0, None, None, 0.0)]


def test_a_days_numbers_are_kept_when_it_is_over() -> None:
    ended(1, at=NOON - DAY)
    ended(3, at=NOON - DAY)
    ended(9)

    assert keep_days(NOON) == 1

    day = KindDay.objects.get()
    assert (day.day, day.done, day.p50_seconds) == ((NOON - DAY).date(), 2, 2.0)


def test_a_day_whose_rows_have_changed_is_told_anew_and_one_whose_rows_are_gone_is_not() -> None:
    changed = ended(1, at=NOON - DAY, state=State.FAILED)
    ended(1, at=NOON - 30 * DAY)
    gone = ended(1, at=NOON - 30 * DAY)
    keep_days(NOON)
    Job.objects.filter(pk=changed.pk).update(state=State.DONE)
    gone.delete()

    keep_days(NOON)

    assert list(KindDay.objects.values_list("done", "failed")) == [(1, 0), (2, 0)]


def test_numbers_older_than_a_year_are_let_go() -> None:
    for days in (399, 401):
        day = (NOON - days * DAY).date()
        KindDay.objects.create(kind="test.kind", day=day, done=1, failed=0, cancelled=0, retried=0)

    keep_days(NOON)

    assert KindDay.objects.count() == 1
