"""Running a job: claim it, hold its lock, run its handler, commit its effects together with its end.

A running job holds a PostgreSQL advisory lock for as long as its process lives, so «is the worker dead?» has an exact
answer without timeouts. `attempts` is the fencing token: nobody who was replaced can write the end of a job.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from stocktracker.logs import of_job
from stocktracker.metrics.recording import timed
from stocktracker.metrics.series import JOB, WAITED

from .backoff import full_jitter
from .kinds import kind_named
from .models import Job, State
from .parts import close
from .progress import Progress, StoppedError
from .sending import send_next
from .slots import is_limited, slot

log = logging.getLogger(__name__)

LOCKS = 7070 << 40  # a job's advisory lock is this plus its id
ERROR_LENGTH = 2000  # characters of a reason that are kept
DONE, FAILED = (
    "done",
    "failed",
)  # how an attempt may end, for the numbers; others are "retried", "postponed", "superseded"

# The clock of whoever asked may be a little ahead of PostgreSQL's; without the seconds the message would be in vain.
CLAIM = """
UPDATE jobs_job SET state = 'running', attempts = attempts + 1, started_at = now(), finished_at = NULL
WHERE id = %s AND state = 'queued' AND run_at <= now() + interval '5 seconds'
RETURNING *, pg_try_advisory_lock(%s + id) AS locked
"""


class SupersededError(Exception):
    """Another worker has claimed this job meanwhile: roll back, say nothing."""


class PostponedError(Exception):
    """Not now, and nobody's fault: run again after so many seconds without using up an attempt."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Run:
    """What a handler gets: a way to report progress, and the one transaction for its writes."""

    def __init__(self, row: Job) -> None:
        self.job = row
        self.progress = Progress(row.pk, row.attempts)
        self.ended = False

    @contextmanager
    def commit(self, result: Any = None) -> Iterator[None]:
        """Writes in this block are committed together with the job's end, or not at all.

        The end is written first: whoever asks for the same key inside the block gets a new job. One that asked for
        parts (`enqueue(…, parent=run.job)`) has not ended before they have.
        """
        with transaction.atomic():
            self._end(state=State.DONE, result=result, error="")
            yield
            self._finish()
        self.ended = True

    def _finish(self) -> None:
        """When it really ended, its writes included; or that it has parts."""
        row = Job.objects.filter(pk=self.job.pk)
        parts = self.job.children.count() if self.job.parts else 0  # a savepoint may have taken some back
        if parts:
            row.update(state=State.PARTS, parts=parts, finished_at=None)
        else:
            row.update(finished_at=timezone.now())

    def fail(self, error: BaseException) -> None:
        """Back to the queue after a while, or failed for good with the reason."""
        row = self.job
        reason = _readable(f"{type(error).__name__}: {error}")
        if isinstance(error, PostponedError):
            later = timezone.now() + timedelta(seconds=error.seconds)
            allowed = row.max_attempts + 1
            self._end(state=State.QUEUED, error=_readable(str(error)), run_at=later, sent_at=None, max_attempts=allowed)
        elif row.attempts >= row.max_attempts:
            self._end(state=State.FAILED, error=reason, finished_at=timezone.now())
        else:
            later = timezone.now() + timedelta(seconds=full_jitter(self._failures() - 1))
            self._end(state=State.QUEUED, error=reason, run_at=later, sent_at=None)

    def _failures(self) -> int:
        """How often it has failed, this time included: postponements raise both of the row's counters."""
        left = self.job.max_attempts - self.job.attempts
        return max(1, kind_named(self.job.kind).max_attempts - left)

    def _end(self, **fields: Any) -> None:
        mine = Job.objects.filter(pk=self.job.pk, state=State.RUNNING, attempts=self.job.attempts)
        if not mine.update(**fields):
            raise SupersededError


def _readable(reason: str) -> str:
    """As PostgreSQL can store it."""
    return reason.replace("\0", "")[:ERROR_LENGTH]


def run_job(job_id: int, handler: Callable[..., None], queue: str) -> None:
    """What a worker does with a message; of a duplicate or a cancelled job nothing comes.

    Where as many jobs of its queue run as may, the message is dropped: whoever ends next sends the most urgent.
    """
    _let_go()
    with slot(queue) as free:
        if not free:
            return
        was_ours = _run(job_id, handler)
    if was_ours and is_limited(queue):  # after a message in vain it might be the same one again, for ever
        with suppress(DatabaseError):  # the sweep does it then
            send_next(queue, timezone.now())


def _let_go() -> None:
    """Of locks the last job of this process left behind, cut off by a time limit while it let go of them itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")


def _run(job_id: int, handler: Callable[..., None]) -> bool:
    """Whether it was ours to run."""
    row = _claim(job_id)
    if row is None:
        return False
    run, start = Run(row), time.perf_counter()
    with of_job(row.pk):
        try:
            outcome = _attempt(run, handler)
        finally:
            run.progress.clear()  # before the next attempt may begin
            _release(row)
    timed(time.perf_counter() - start, JOB, row.kind, outcome)
    if row.started_at:
        timed(max(0.0, (row.started_at - row.run_at).total_seconds()), WAITED, row.kind)
    return True


def _attempt(run: Run, handler: Callable[..., None]) -> str:
    """How it ended, in a word."""
    try:
        handler(run, **run.job.args)
        if not run.ended:
            with run.commit():
                pass
    except (SupersededError, StoppedError):
        log.warning("job %s was cancelled or taken over", run.job.pk)
        return "superseded"
    except Exception as error:  # noqa: BLE001 — whatever a handler throws, the row must say so
        return _record_failure(run, error)
    return DONE


def _claim(job_id: int) -> Job | None:
    with transaction.atomic():
        row = next(iter(Job.objects.raw(CLAIM, [job_id, LOCKS])), None)
        if row is not None and not getattr(row, "locked", False):  # its last owner still lingers: the sweep asks again
            transaction.set_rollback(True)
            return None
        return row


def _record_failure(run: Run, error: Exception) -> str:
    """What becomes of it, in a word."""
    if isinstance(error, PostponedError):
        outcome = "postponed"
        log.info("job %s postponed: %s", run.job.pk, error)
    else:
        last = run.job.attempts >= run.job.max_attempts
        outcome = FAILED if last else "retried"
        log.log(logging.ERROR if last else logging.WARNING, "job %s, attempt %s", run.job.pk, run.job.attempts,
                exc_info=error)  # fmt: skip
    connection.close_if_unusable_or_obsolete()
    with suppress(SupersededError):
        run.fail(error)
    return outcome


def _release(row: Job) -> None:
    with suppress(DatabaseError):  # a lost connection has let go of it already; parents are closed by the sweep, too
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCKS + row.pk])
        close(row.parent_id)
