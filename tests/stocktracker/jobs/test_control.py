from collections.abc import Callable

import pytest

from pricing.models import Source
from stocktracker.jobs.control import cancel, retry
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import enqueue

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def some_kind(kind: Kind) -> None:
    kind(lambda _run: None)


@pytest.mark.parametrize(
    ("state", "possible"), [("failed", True), ("cancelled", True), ("done", False), ("running", False)]
)
def test_only_what_failed_or_was_cancelled_can_be_retried(state: str, *, possible: bool) -> None:
    job = enqueue("test.kind")
    Job.objects.update(state=state, attempts=3)

    assert retry(Job.objects.get(pk=job.pk)) is possible

    job.refresh_from_db()
    assert (job.state == State.QUEUED) is possible
    assert job.max_attempts == (8 if possible else 3)


def test_a_retry_gives_way_to_the_same_work_under_way() -> None:
    failed = enqueue("test.kind", key="a")
    Job.objects.update(state=State.FAILED)
    enqueue("test.kind", key="a")

    assert retry(failed) is False


def test_what_waits_and_what_runs_can_be_cancelled_and_what_has_ended_cannot() -> None:
    waiting, running, done = enqueue("test.kind"), enqueue("test.kind"), enqueue("test.kind")
    Job.objects.filter(pk=running.pk).update(state=State.RUNNING)
    Job.objects.filter(pk=done.pk).update(state=State.DONE)

    assert (cancel(waiting), cancel(running), cancel(done)) == (True, True, False)

    assert Job.objects.filter(state=State.CANCELLED).exclude(finished_at=None).count() == 2


def test_a_running_job_that_is_cancelled_stops_at_its_next_report_and_commits_nothing(kind: Kind) -> None:
    reached: list[str] = []

    def handler(run: Run) -> None:
        cancel(Job.objects.get(pk=run.job.pk))
        reached.append("before")
        run.progress(1, 2)
        reached.append("after")

    work = kind(handler)
    job = enqueue("test.kind")

    work(job.pk)

    job.refresh_from_db()
    assert (reached, job.state, job.error) == (["before"], State.CANCELLED, "")


def test_a_cancelled_job_that_never_reports_ends_in_vain(kind: Kind) -> None:
    def handler(run: Run) -> None:
        cancel(Job.objects.get(pk=run.job.pk))
        with run.commit():
            Source.objects.create(market="test")

    work = kind(handler)
    job = enqueue("test.kind")

    work(job.pk)

    job.refresh_from_db()
    assert (job.state, Source.objects.count()) == (State.CANCELLED, 0)


def test_a_job_cancelled_while_it_ran_does_not_stop_when_it_is_tried_again(kind: Kind) -> None:
    work = kind(lambda run: run.progress(1, 2))
    job = enqueue("test.kind")
    Job.objects.update(state=State.RUNNING, attempts=1)
    cancel(job)
    retry(Job.objects.get())

    work(job.pk)

    assert Job.objects.get().state == State.DONE
