from collections.abc import Callable

import pytest
from django.utils import timezone

from stocktracker.jobs.control import cancel, retry, retry_parts
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.parts import ancestors, close_all, family_under_way
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import Request, enqueue, enqueue_many
from stocktracker.jobs.sweep import sweep

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)


def split(run: Run) -> None:
    """A parent of three; its parts have nothing to do, or fail where they are told to."""
    if run.job.args.get("fail"):
        raise ValueError("a bad part")
    if run.job.parent_id is None:
        with run.commit({"stage": "prices"}):
            enqueue_many("test.kind", [Request({}) for _ in range(2)], run.job)
            enqueue("test.kind", parent=run.job)


@pytest.fixture
def work(kind: Kind) -> Callable[[int], None]:
    """What a worker does, with a handler that takes any arguments."""
    return kind(split)


@pytest.fixture
def parent(work: Callable[[int], None]) -> Job:
    """Its own work is done, its three parts wait."""
    job = enqueue("test.kind")
    work(job.pk)
    job.refresh_from_db()
    return job


def failed(parent: Job) -> int:
    """Parts its end says came to nothing."""
    assert parent.result is not None
    return int(parent.result["failed parts"])


def parts(parent: Job) -> list[Job]:
    return list(parent.children.order_by("pk"))


def test_a_parent_has_not_ended_before_its_last_part_has(parent: Job, work: Callable[[int], None]) -> None:
    before = (parent.state, parent.parts, parent.finished_at, parent.result)
    first, second, last = parts(parent)

    work(first.pk)
    work(second.pk)
    parent.refresh_from_db()
    nearly = parent.state
    work(last.pk)

    parent.refresh_from_db()
    assert before == (State.PARTS, 3, None, {"stage": "prices"})
    assert (nearly, parent.state) == (State.PARTS, State.DONE)
    assert parent.result == {"stage": "prices", "parts": 3, "failed parts": 0}
    assert parent.finished_at is not None


def one_fails(parent: Job, work: Callable[[int], None]) -> Job:
    """The first part, and the others end well."""
    bad, *good = parts(parent)
    Job.objects.filter(pk=bad.pk).update(state=State.FAILED)
    for part in good:
        work(part.pk)
    parent.refresh_from_db()
    return bad


def test_a_part_that_fails_does_not_keep_the_others_from_ending_and_is_counted(
    parent: Job, work: Callable[[int], None]
) -> None:
    one_fails(parent, work)

    assert (parent.state, failed(parent)) == (State.DONE, 1)


def test_a_parent_whose_last_parts_worker_died_is_closed_by_the_sweep(parent: Job) -> None:
    Job.objects.filter(parent=parent).update(state=State.DONE)

    sweep(timezone.now())

    parent.refresh_from_db()
    assert parent.state == State.DONE


def test_a_parent_of_parents_waits_for_the_last_of_all(work: Callable[[int], None]) -> None:
    top = enqueue("test.kind")
    Job.objects.filter(pk=top.pk).update(state=State.PARTS, parts=1)
    middle = enqueue("test.kind", parent=top)
    Job.objects.filter(pk=middle.pk).update(state=State.PARTS, parts=1)
    bottom = enqueue("test.kind", parent=middle)
    waiting, family = close_all(), family_under_way(top.pk)

    work(bottom.pk)

    assert (waiting, sorted(family)) == (0, [top.pk, middle.pk, bottom.pk])
    assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}
    assert ancestors(bottom.pk) == [middle.pk, top.pk]


def test_a_parents_key_is_free_while_its_parts_work(parent: Job) -> None:
    Job.objects.filter(pk=parent.pk).update(key="prices")

    assert enqueue("test.kind", key="prices").pk != parent.pk


def test_with_a_parent_its_parts_are_cancelled_and_those_that_have_ended_are_not(
    parent: Job, work: Callable[[int], None]
) -> None:
    done, *_ = parts(parent)
    work(done.pk)

    assert cancel(parent) is True

    states = list(parent.children.order_by("pk").values_list("state", flat=True))
    assert states == [State.DONE, State.CANCELLED, State.CANCELLED]


def test_the_last_part_that_is_cancelled_closes_its_parent(parent: Job) -> None:
    for part in parts(parent):
        cancel(part)

    parent.refresh_from_db()
    assert (parent.state, failed(parent)) == (State.DONE, 3)


def test_parts_that_came_to_nothing_are_done_again_and_the_parent_waits_for_them(
    parent: Job, work: Callable[[int], None]
) -> None:
    bad = one_fails(parent, work)

    assert retry_parts(parent) == 1

    parent.refresh_from_db()
    reopened = parent.state
    work(bad.pk)
    parent.refresh_from_db()
    assert (reopened, parent.state, failed(parent)) == (State.PARTS, State.DONE, 0)


def test_a_cancelled_parent_that_is_retried_repeats_its_parts_and_not_its_own_work(parent: Job) -> None:
    cancel(parent)
    parent.refresh_from_db()

    assert retry(parent) is True

    parent.refresh_from_db()
    assert (parent.state, parent.attempts, Job.objects.count()) == (State.PARTS, 1, 4)
    assert parent.children.filter(state=State.QUEUED).count() == 3


def test_what_commits_its_parts_while_it_is_cancelled_is_cancelled_with_them(kind: Kind) -> None:
    stale: list[Job] = []

    def handler(run: Run) -> None:
        stale.append(Job.objects.get(pk=run.job.pk))  # as a page has read it
        with run.commit():
            enqueue("test.kind", parent=run.job)

    work = kind(handler)
    job = enqueue("test.kind")
    work(job.pk)

    assert cancel(stale[0]) is True
    assert set(Job.objects.values_list("state", flat=True)) == {State.CANCELLED}


def test_a_cancelled_parent_with_nothing_to_repeat_stays_cancelled(parent: Job) -> None:
    Job.objects.filter(parent=parent).update(state=State.DONE)
    cancel(parent)

    assert retry(parent) is False

    parent.refresh_from_db()
    assert parent.state == State.CANCELLED


def test_nothing_came_to_nothing_and_nothing_is_done_again(parent: Job) -> None:
    assert retry_parts(parent) == 0


def test_the_end_of_a_part_that_is_no_parents_last_changes_nothing(parent: Job) -> None:
    assert close_all() == 0
