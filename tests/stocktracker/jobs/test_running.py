from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from pricing.models import Source
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import LOCKS, PostponedError, Run, run_job
from stocktracker.jobs.services import enqueue

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def another_worker() -> Iterator["psycopg2.extensions.connection"]:
    """A connection of its own, as another worker process has."""
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    other = psycopg2.connect(**settings)
    other.autocommit = True
    yield other
    other.close()


def test_effects_and_the_word_done_are_one_commit(kind: Kind) -> None:
    def handler(run: Run) -> None:
        with run.commit({"stored": 1}):
            Source.objects.create(market="test")

    work = kind(handler)
    job = enqueue("test.kind")

    work(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result, job.attempts) == (State.DONE, {"stored": 1}, 1)
    assert Source.objects.count() == 1


def test_an_error_inside_the_commit_takes_the_effects_back_and_queues_the_job_again(kind: Kind) -> None:
    def handler(run: Run) -> None:
        with run.commit():
            Source.objects.create(market="test")
            raise ValueError("disk full")

    work = kind(handler)
    job = enqueue("test.kind")

    work(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == (State.QUEUED, "ValueError: disk full")
    assert job.sent_at is None
    assert Source.objects.count() == 0


def test_a_job_fails_for_good_after_its_last_attempt_and_says_why(kind: Kind) -> None:
    def handler(_run: Run) -> None:
        raise ValueError("always")

    work = kind(handler)
    job = enqueue("test.kind")

    for _ in range(5):
        Job.objects.filter(pk=job.pk, state=State.QUEUED).update(run_at=timezone.now())
        work(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (State.FAILED, 3, "ValueError: always")
    assert job.finished_at is not None


def test_a_duplicate_message_runs_nothing(kind: Kind) -> None:
    runs = []
    work = kind(lambda run: runs.append(run.job.pk))
    job = enqueue("test.kind")

    work(job.pk)
    work(job.pk)

    assert runs == [job.pk]


def test_a_job_that_is_not_due_yet_is_left_alone(kind: Kind) -> None:
    runs = []
    work = kind(lambda run: runs.append(run.job.pk))
    job = enqueue("test.kind", run_at=timezone.now() + timedelta(hours=1))

    work(job.pk)

    assert runs == []


def test_a_job_whose_asker_has_a_clock_a_little_ahead_is_run(kind: Kind) -> None:
    runs = []
    work = kind(lambda run: runs.append(run.job.pk))
    job = enqueue("test.kind", run_at=timezone.now() + timedelta(seconds=2))

    work(job.pk)

    assert runs == [job.pk]


def test_a_reason_postgresql_cannot_store_is_stored_without_what_it_cannot(kind: Kind) -> None:
    def handler(_run: Run) -> None:
        raise ValueError("a \0 byte")

    work = kind(handler)
    job = enqueue("test.kind")

    work(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == (State.QUEUED, "ValueError: a  byte")


def test_a_postponed_job_comes_back_later_without_losing_an_attempt(kind: Kind) -> None:
    def handler(_run: Run) -> None:
        raise PostponedError("The budget is spent.", seconds=600)

    work = kind(handler)
    job = enqueue("test.kind")

    work(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == (State.QUEUED, "The budget is spent.")
    assert job.max_attempts - job.attempts == 3
    assert (job.run_at - timezone.now()).total_seconds() == pytest.approx(600, abs=5)


def test_a_worker_that_was_replaced_writes_nothing(kind: Kind) -> None:
    def handler(run: Run) -> None:
        Job.objects.filter(pk=run.job.pk).update(attempts=run.job.attempts + 1)  # another worker claimed it
        with run.commit():
            Source.objects.create(market="test")

    work = kind(handler)
    job = enqueue("test.kind")

    work(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.RUNNING, 2)
    assert Source.objects.count() == 0


def test_a_running_job_holds_its_lock_until_it_ends(
    kind: Kind, another_worker: "psycopg2.extensions.connection"
) -> None:
    seen: list[bool] = []

    def lock_is_free(job_id: int) -> bool:
        with another_worker.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCKS + job_id])
            free = bool((cursor.fetchone() or [False])[0])
            if free:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCKS + job_id])
        return free

    work = kind(lambda run: seen.append(lock_is_free(run.job.pk)))
    job = enqueue("test.kind")

    work(job.pk)

    assert seen == [False]
    assert lock_is_free(job.pk)


def test_a_job_whose_lock_lingers_is_left_to_the_sweep(
    kind: Kind, another_worker: "psycopg2.extensions.connection"
) -> None:
    runs = []
    work = kind(lambda run: runs.append(run.job.pk))
    job = enqueue("test.kind")
    with another_worker.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCKS + job.pk])

    work(job.pk)

    job.refresh_from_db()
    assert (runs, job.state, job.attempts) == ([], State.QUEUED, 0)


def test_a_lock_left_behind_by_the_last_job_of_a_process_keeps_nobody_waiting(
    kind: Kind, another_worker: "psycopg2.extensions.connection"
) -> None:
    work, cut_off = kind(lambda _run: None), enqueue("test.kind")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCKS + cut_off.pk])

    work(enqueue("test.kind").pk)

    with another_worker.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCKS + cut_off.pk])
        assert cursor.fetchone() == (True,)


def test_a_jobs_end_is_when_its_writes_were_made(kind: Kind) -> None:
    def handler(run: Run) -> None:
        with run.commit(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")

    work = kind(handler)
    job = enqueue("test.kind")

    work(job.pk)

    job.refresh_from_db()
    assert job.finished_at is not None
    assert job.started_at is not None
    assert (job.finished_at - job.started_at).total_seconds() >= 0.2


def test_a_message_of_a_job_that_is_gone_is_harmless() -> None:
    run_job(999_999, lambda _run: pytest.fail("there is nothing to run"), "housekeeping")


def test_asking_for_the_same_key_while_committing_makes_a_new_job(kind: Kind) -> None:
    follow_up: list[Job] = []

    def handler(run: Run) -> None:
        with run.commit():
            follow_up.append(enqueue("test.kind", key="again"))

    work = kind(handler)
    job = enqueue("test.kind", key="again")

    work(job.pk)

    assert follow_up[0].pk != job.pk
    assert Job.objects.under_way().count() == 1


def test_postponements_do_not_make_the_wait_after_a_failure_longer(kind: Kind) -> None:
    def handler(_run: Run) -> None:
        raise ValueError("the first true failure")

    work = kind(handler)
    job = enqueue("test.kind")
    Job.objects.update(attempts=100, max_attempts=103)  # postponed a hundred times

    work(job.pk)

    job.refresh_from_db()
    assert (job.run_at - timezone.now()).total_seconds() < 2
