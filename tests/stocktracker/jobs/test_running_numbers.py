"""What running a job counts, and what its log lines say."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from stocktracker.jobs.models import Job
from stocktracker.jobs.running import PostponedError, Run, SupersededError
from stocktracker.logs import Bound, job_id
from stocktracker.metrics import reading
from stocktracker.metrics.recording import recorder
from stocktracker.metrics.series import JOB, WAITED, Numbers

pytestmark = pytest.mark.django_db(transaction=True)

Work = Callable[[Run], None]
Kind = Callable[[Work], Callable[[int], None]]


@pytest.fixture(autouse=True)
def from_zero() -> None:
    recorder.forget()


def counted() -> Numbers:
    recorder.flush()
    return reading.last(timedelta(minutes=1), datetime.now(UTC))


def queued(**fields: object) -> Job:
    return Job.objects.create(kind="test.kind", queue="housekeeping", **fields)


def raising(error: Exception | None) -> Work:
    def work(_run: Run) -> None:
        if error:
            raise error

    return work


@pytest.mark.parametrize(
    ("error", "attempts", "outcome"),
    [
        (None, 3, "done"),
        (ValueError("no"), 3, "retried"),
        (ValueError("no"), 1, "failed"),
        (PostponedError("later", 60), 1, "postponed"),
        (SupersededError(), 3, "superseded"),
    ],
)
def test_an_attempt_is_timed_by_how_it_ended(kind: Kind, error: Exception | None, attempts: int, outcome: str) -> None:
    work, job = kind(raising(error)), queued(max_attempts=attempts)

    work(job.pk)

    assert counted().labels(JOB) == [("test.kind", outcome)]


def test_how_long_it_waited_is_timed_too(kind: Kind) -> None:
    work = kind(raising(None))

    work(queued(run_at=timezone.now() - timedelta(seconds=40)).pk)

    assert counted().timing(WAITED, "test.kind").at(0.5) == pytest.approx(40, rel=0.05)


def test_a_message_in_vain_counts_nothing(kind: Kind) -> None:
    work = kind(raising(None))

    work(queued(state="done").pk)

    assert not counted().of([JOB])


def test_log_lines_of_a_job_say_so(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(Bound())
    seen: list[int | None] = []

    def work(_run: Run) -> None:
        seen.append(job_id.get())
        logging.getLogger("test").warning("inside")

    job = queued()
    kind(work)(job.pk)

    (record,) = (one for one in caplog.records if one.name == "test")
    assert vars(record)["where"] == f" [job {job.pk}]"
    assert (seen, job_id.get()) == ([job.pk], None)


def test_only_the_last_failure_is_an_error_in_the_log(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    work = kind(raising(ValueError("no")))

    for attempts in (3, 1):
        work(queued(max_attempts=attempts).pk)

    levels = [record.levelno for record in caplog.records if record.name == "stocktracker.jobs.running"]
    assert levels == [logging.WARNING, logging.ERROR]
