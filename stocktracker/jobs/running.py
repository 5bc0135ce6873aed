"""Running a job: claim it, hold its lock, run its handler, commit its effects together with its end.

A running job holds a PostgreSQL advisory lock for as long as its process lives, so «is the worker dead?» has an exact
answer without timeouts. `attempts` is the fencing token: nobody who was replaced can write the end of a job.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from .backoff import full_jitter
from .kinds import kind_named
from .models import Job, State
from .progress import Progress

log = logging.getLogger(__name__)

LOCK_SPACE = 7070  # first half of the advisory lock's key; the second is the job's id
ERROR_LENGTH = 2000  # characters of a reason that are kept

CLAIM = """
UPDATE jobs_job SET state = 'running', attempts = attempts + 1, started_at = now(), finished_at = NULL
WHERE id = %s AND state = 'queued' AND run_at <= now()
RETURNING pg_try_advisory_lock(%s, id::int)
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
        self.progress = Progress(row.pk)
        self.ended = False

    @contextmanager
    def commit(self, result: Any = None) -> Iterator[None]:
        """Writes in this block are committed together with the job's end, or not at all.

        The end is written first: whoever asks for the same key inside the block gets a new job.
        """
        with transaction.atomic():
            self._end(state=State.DONE, result=result, error="", finished_at=timezone.now())
            yield
        self.ended = True

    def fail(self, error: BaseException) -> None:
        """Back to the queue after a while, or failed for good with the reason."""
        row = self.job
        reason = (f"{type(error).__name__}: {error}")[:ERROR_LENGTH]
        if isinstance(error, PostponedError):
            later = timezone.now() + timedelta(seconds=error.seconds)
            self._end(
                state=State.QUEUED, error=str(error), run_at=later, sent_at=None, max_attempts=row.max_attempts + 1
            )
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


def run_job(job_id: int, handler: Callable[..., None]) -> None:
    """What a worker does with a message: a duplicate or a cancelled job costs one UPDATE that changes nothing."""
    row = _claim(job_id)
    if row is None:
        return
    run = Run(row)
    try:
        handler(run, **row.args)
        if not run.ended:
            with run.commit():
                pass
    except SupersededError:
        log.warning("job %s was taken over", row.pk)
    except Exception as error:  # noqa: BLE001 — whatever a handler throws, the row must say so
        _record_failure(run, error)
    finally:
        _release(row.pk)
        run.progress.clear()


def _claim(job_id: int) -> Job | None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [job_id, LOCK_SPACE])
            row = cursor.fetchone()
        if row is None:
            return None
        if not row[0]:  # its last owner's connection still lingers: leave it to the sweep
            transaction.set_rollback(True)
            return None
        return Job.objects.get(pk=job_id)


def _record_failure(run: Run, error: Exception) -> None:
    if isinstance(error, PostponedError):
        log.info("job %s postponed: %s", run.job.pk, error)
    else:
        log.warning("job %s, attempt %s", run.job.pk, run.job.attempts, exc_info=error)
    connection.close_if_unusable_or_obsolete()
    with suppress(SupersededError):
        run.fail(error)


def _release(job_id: int) -> None:
    with suppress(DatabaseError), connection.cursor() as cursor:  # a lost connection has let go of it already
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, job_id])
