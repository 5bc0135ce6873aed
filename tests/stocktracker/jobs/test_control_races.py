"""Two connections at once: cancelling, retrying, committing parts, closing parents and forgetting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from stocktracker.jobs.control import cancel, retry, retry_parts
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.parts import close
from stocktracker.jobs.retention import prune
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import Request, enqueue, enqueue_many

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)

A_MOMENT = 0.3  # seconds in which the other one gets to its lock


class Other:
    """Somebody else's connection, in a thread."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act
        self.answer: object = None
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.answer = self.act()
        except Exception as error:  # noqa: BLE001 — shown by the test
            self.error = error
        finally:
            connection.close()

    def ended(self) -> object:
        self.thread.join(20)
        assert self.error is None, self.error
        return self.answer


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[list[Other]]:
    """The other one begins inside our transaction, and has ended after the block."""
    others: list[Other] = []
    with transaction.atomic():
        yield others
        others.append(Other(act))
        others[0].thread.join(A_MOMENT)
    others[0].ended()


@pytest.fixture
def some_kind(kind: Kind) -> Callable[[int], None]:
    return kind(lambda _run: None)


@pytest.fixture
def parent(some_kind: None) -> Job:
    """Two parts: one has failed, one waits."""
    job = enqueue("test.kind")
    Job.objects.filter(pk=job.pk).update(state=State.PARTS, parts=2)
    bad, _good = enqueue("test.kind", parent=job), enqueue("test.kind", parent=job)
    Job.objects.filter(pk=bad.pk).update(state=State.FAILED, finished_at=timezone.now())
    job.refresh_from_db()
    return job


def state(job: Job) -> str:
    return str(Job.objects.values_list("state", flat=True).get(pk=job.pk))


def test_a_parent_is_cancelled_while_one_of_its_parts_commits(kind: Kind) -> None:
    cancelling: list[Other] = []

    def handler(run: Run) -> None:
        if run.job.parent_id is None:
            with run.commit():
                enqueue("test.kind", parent=run.job)
            return
        with run.commit():
            cancelling.append(Other(lambda: cancel(top)))
            cancelling[0].thread.join(A_MOMENT)

    work = kind(handler)
    top = enqueue("test.kind")
    work(top.pk)
    part = Job.objects.get(parent=top)

    work(part.pk)

    cancelling[0].ended()
    assert state(part) == State.DONE
    assert state(top) in {State.CANCELLED, State.DONE}


def test_what_a_part_asks_for_while_its_parent_is_cancelled_is_cancelled_too(kind: Kind) -> None:
    cancelling: list[Other] = []

    def handler(run: Run) -> None:
        with run.commit():
            if run.job.parent_id is None:
                enqueue("test.kind", parent=run.job)
            elif not cancelling:
                enqueue("test.kind", parent=run.job)
                cancelling.append(Other(lambda: cancel(top)))
                cancelling[0].thread.join(A_MOMENT)

    work = kind(handler)
    top = enqueue("test.kind")
    work(top.pk)

    work(Job.objects.get(parent=top).pk)

    assert cancelling[0].ended() is True
    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == [State.CANCELLED] * 3


def test_a_parent_is_not_closed_over_a_part_that_is_done_again(parent: Job) -> None:
    bad, good = parent.children.order_by("pk")
    Job.objects.filter(pk=good.pk).update(state=State.DONE)

    with meanwhile(lambda: close(parent.pk)):
        retry(bad)

    assert (state(parent), state(bad)) == (State.PARTS, State.QUEUED)


def test_a_part_that_is_done_again_opens_a_parent_that_is_just_being_closed(parent: Job) -> None:
    bad, good = parent.children.order_by("pk")
    Job.objects.filter(pk=good.pk).update(state=State.DONE)

    with meanwhile(lambda: retry(bad)):
        close(parent.pk)

    assert (state(parent), state(bad)) == (State.PARTS, State.QUEUED)


def test_cancelling_a_parent_and_retrying_its_part_do_not_lock_each_other_up(parent: Job) -> None:
    bad = parent.children.order_by("pk")[0]
    for _ in range(10):
        Job.objects.filter(pk=bad.pk).update(state=State.FAILED)
        Job.objects.filter(pk=parent.pk).update(state=State.PARTS)

        both = [Other(lambda: cancel(parent)), Other(lambda: retry(bad))]

        for one in both:
            one.ended()
        assert (state(parent) == State.PARTS) == (state(bad) == State.QUEUED)


def test_a_job_that_is_just_sent_back_to_the_queue_is_not_forgotten(some_kind: None) -> None:
    job = enqueue("test.kind")
    long_ago = timezone.now() - timedelta(days=8)
    Job.objects.filter(pk=job.pk).update(state=State.FAILED, finished_at=long_ago)

    with meanwhile(lambda: prune(timezone.now())):
        assert retry(job) is True

    assert state(job) == State.QUEUED


def test_two_who_ask_for_the_same_in_another_order_do_not_lock_each_other_up(some_kind: None) -> None:
    requests = [Request({}, f"key {number}") for number in range(2_000)]

    both = [
        Other(lambda: enqueue_many("test.kind", requests)),
        Other(lambda: enqueue_many("test.kind", requests[::-1])),
    ]

    for one in both:
        one.ended()
    assert Job.objects.count() == 2_000


def test_thousands_of_parts_are_done_again_in_a_moment(some_kind: None) -> None:
    job = enqueue("test.kind")
    Job.objects.filter(pk=job.pk).update(state=State.DONE, parts=3_000)
    enqueue_many("test.kind", [Request({}) for _ in range(3_000)], job)
    Job.objects.filter(parent=job).update(state=State.FAILED, finished_at=timezone.now())
    with connection.execute_wrapper(counting := Counting()):
        assert retry_parts(Job.objects.get(pk=job.pk)) == 3_000

    assert counting.statements < 20
    assert state(job) == State.PARTS


class Counting:
    """How many statements were sent."""

    statements = 0

    def __call__(self, execute: Callable[..., object], *args: object) -> object:
        self.statements += 1
        return execute(*args)
