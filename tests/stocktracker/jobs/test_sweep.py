import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from stocktracker.jobs.heartbeats import read_signs
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import enqueue
from stocktracker.jobs.sweep import Swept, sweep
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


def test_a_queue_is_never_told_more_than_it_should_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stocktracker.jobs.sweep.TOLD_AT_ONCE", 3)
    for _ in range(5):
        enqueue("test.kind")
    store().flushdb()
    Job.objects.update(sent_at=None)

    assert (sweep(timezone.now()).sent, sweep(timezone.now()).sent) == (3, 0)


def test_where_only_two_may_run_only_two_are_told(settings: Settings) -> None:
    settings.RUNNING_AT_ONCE = {"housekeeping": 2}
    for _ in range(5):
        enqueue("test.kind")
    store().flushdb()
    Job.objects.update(sent_at=timezone.now() - long_ago())

    assert sweep(timezone.now()).sent == 2


def test_rows_of_another_version_do_not_take_the_places_of_a_queue_where_few_may_run(settings: Settings) -> None:
    settings.RUNNING_AT_ONCE = {"housekeeping": 2}
    for _ in range(2):
        Job.objects.filter(pk=enqueue("test.kind", priority=1).pk).update(kind="gone.kind")
    enqueue("test.kind")
    store().flushdb()
    Job.objects.update(sent_at=None)

    assert sweep(timezone.now()).sent == 1


def test_a_parent_somebody_holds_does_not_keep_the_rest_from_being_repaired() -> None:
    parent = enqueue("test.kind")
    Job.objects.update(state=State.PARTS, parts=1)
    lost = enqueue("test.kind")
    Job.objects.filter(pk=lost.pk).update(sent_at=None)
    store().flushdb()
    swept: list[Swept] = []

    def act() -> None:
        swept.append(sweep(timezone.now()))
        connection.close()

    with transaction.atomic():
        Job.objects.select_for_update().get(pk=parent.pk)
        other = threading.Thread(target=act)
        other.start()
        other.join(3)

    assert [one.sent for one in swept] == [1]


def test_a_sweep_leaves_a_sign_of_life() -> None:
    sweep(timezone.now())

    assert read_signs().swept_at is not None
