from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import enqueue
from stocktracker.jobs.sweep import Swept, prune, sweep
from stocktracker.redis import store

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def work(kind: Kind) -> Callable[[int], None]:
    return kind(lambda _run: None)


def long_ago() -> timedelta:
    return timedelta(minutes=5)


def test_a_job_whose_worker_died_goes_back_to_the_queue() -> None:
    job = enqueue("test.kind")
    Job.objects.update(state=State.RUNNING, attempts=1)  # no process holds its lock

    swept = sweep(timezone.now())

    job.refresh_from_db()
    assert swept == Swept(orphans=1, sent=1)
    assert (job.state, job.attempts, job.error) == (State.QUEUED, 1, "The worker died while it ran.")


def test_a_job_whose_workers_died_too_often_fails() -> None:
    job = enqueue("test.kind")
    Job.objects.update(state=State.RUNNING, attempts=3)

    sweep(timezone.now())

    job.refresh_from_db()
    assert job.state == State.FAILED


def test_a_job_that_is_running_is_left_alone(kind: Kind) -> None:
    swept: list[Swept] = []

    def handler(_run: Run) -> None:
        swept.append(sweep(timezone.now()))

    work = kind(handler)
    job = enqueue("test.kind")

    work(job.pk)

    # The sweep asks from the same connection, where the lock can be taken again: another session would be refused.
    # tests/journeys/test_kills.py sweeps from a real second process.
    assert len(swept) == 1


def test_a_job_nobody_was_told_about_is_sent() -> None:
    enqueue("test.kind")
    store().flushdb()
    Job.objects.update(sent_at=None)

    assert sweep(timezone.now()).sent == 1


def test_a_message_lost_with_redis_is_sent_again() -> None:
    enqueue("test.kind")
    store().flushdb()
    Job.objects.update(sent_at=timezone.now() - long_ago())

    assert sweep(timezone.now()).sent == 1


def test_a_message_that_only_waits_its_turn_is_not_sent_again() -> None:
    enqueue("test.kind")
    Job.objects.update(sent_at=timezone.now() - long_ago())

    assert sweep(timezone.now()).sent == 0


def test_a_message_sent_a_moment_ago_may_be_on_its_way() -> None:
    enqueue("test.kind")
    store().flushdb()

    assert sweep(timezone.now()).sent == 0


def test_a_row_of_another_version_does_not_keep_the_rest_from_being_repaired() -> None:
    enqueue("test.kind", priority=1)
    Job.objects.update(kind="gone.kind")
    enqueue("test.kind")
    store().flushdb()
    Job.objects.update(sent_at=None)

    assert sweep(timezone.now()).sent == 1


def test_ended_jobs_are_forgotten_after_a_week_and_session_keys_later() -> None:
    now = timezone.now()
    for name, once, days in [("old", False, 8), ("young", False, 6), ("session", True, 30), ("past", True, 41)]:
        enqueue("test.kind", key=name, once=once)
        Job.objects.filter(key=name).update(state=State.DONE, finished_at=now - timedelta(days=days))

    assert prune(now) == 2
    assert set(Job.objects.values_list("key", flat=True)) == {"young", "session"}
