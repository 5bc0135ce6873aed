import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import cancel, enqueue, retry, send
from stocktracker.redis import store
from tests.processes import run_python

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def some_kind(kind: Kind) -> None:
    kind(lambda _run: None)


def messages() -> int:
    """Waiting in the queue of the test kind, at its priority 5."""
    return int(store().llen("housekeeping\x06\x164"))


def test_a_job_is_sent_only_after_the_commit_that_asked_for_it() -> None:
    with transaction.atomic():
        job = enqueue("test.kind")
        before_commit = messages()

    assert (before_commit, messages()) == (0, 1)
    job.refresh_from_db()
    assert job.sent_at is not None


def test_a_rolled_back_request_leaves_neither_row_nor_message() -> None:
    with transaction.atomic():
        enqueue("test.kind")
        transaction.set_rollback(True)

    assert (Job.objects.count(), messages()) == (0, 0)


def test_the_same_key_is_the_same_job_while_it_is_under_way() -> None:
    first, second = enqueue("test.kind", key="a"), enqueue("test.kind", key="a")

    assert first.pk == second.pk
    assert messages() == 1


def test_a_key_is_free_again_after_the_job_has_ended() -> None:
    first = enqueue("test.kind", key="a")
    Job.objects.update(state=State.DONE)

    assert enqueue("test.kind", key="a").pk != first.pk


def test_a_key_used_once_is_used_up_for_ever() -> None:
    first = enqueue("test.kind", key="session", once=True)
    Job.objects.update(state=State.DONE)

    assert enqueue("test.kind", key="session", once=True).pk == first.pk


def test_an_unknown_kind_is_a_mistake_that_is_named() -> None:
    with pytest.raises(LookupError, match=r"No job kind is called 'pricing\.nonsense'"):
        enqueue("pricing.nonsense")


def test_a_job_for_later_is_stored_but_not_sent() -> None:
    enqueue("test.kind", run_at=timezone.now() + timedelta(hours=1))

    assert (Job.objects.count(), messages()) == (1, 0)


def test_while_redis_is_away_the_job_is_stored_and_nothing_hangs() -> None:
    job = enqueue("test.kind")
    Job.objects.update(kind="jobs.prune", sent_at=None)
    program = f"""
import time
from stocktracker.jobs.models import Job
from stocktracker.jobs.services import send
job = Job.objects.get(pk={job.pk})
send([])
started = time.perf_counter()
print(send([job]), time.perf_counter() - started)
"""

    sent, seconds = run_python(program, REDIS_URL="redis://127.0.0.1:1/0").split()

    assert (int(sent), float(seconds) < 1) == (0, True)
    job.refresh_from_db()
    assert (job.state, job.sent_at) == (State.QUEUED, None)


def test_sending_tells_as_many_as_were_sent() -> None:
    jobs = [enqueue("test.kind", run_at=timezone.now() + timedelta(hours=1)) for _ in range(3)]

    assert send(jobs) == 3
    assert messages() == 3


def test_a_row_of_another_version_is_passed_over_and_the_rest_is_sent() -> None:
    gone, known = (enqueue("test.kind", run_at=timezone.now() + timedelta(hours=1)) for _ in range(2))
    gone.kind = "gone.kind"

    assert send([gone, known]) == 1


def test_the_job_that_holds_a_key_is_given_back_and_not_a_newer_one_that_has_ended() -> None:
    failed = enqueue("test.kind", key="a")
    Job.objects.update(state=State.FAILED)
    done = enqueue("test.kind", key="a")
    Job.objects.filter(pk=done.pk).update(state=State.DONE)
    retry(failed)

    assert enqueue("test.kind", key="a").pk == failed.pk


def test_to_ask_again_is_one_look_and_no_refused_insert(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    enqueue("test.kind", key="a")

    with django_assert_num_queries(1):
        enqueue("test.kind", key="a")


def test_two_who_ask_at_the_same_moment_get_the_same_job() -> None:
    together, found = threading.Barrier(4), []

    def ask() -> None:
        together.wait()
        found.append(enqueue("test.kind", key="a").pk)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(found)) == Job.objects.count() == 1


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


def test_what_waits_can_be_cancelled_and_what_runs_cannot() -> None:
    waiting, running = enqueue("test.kind"), enqueue("test.kind")
    Job.objects.filter(pk=running.pk).update(state=State.RUNNING)

    assert (cancel(waiting), cancel(running)) == (True, False)

    waiting.refresh_from_db()
    assert waiting.state == State.CANCELLED
