"""What is forgotten, and when: rows of jobs that have ended, after their numbers were kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from .kinds import known_kinds
from .models import Job, State

KEPT = timedelta(days=7)  # ended jobs
KEPT_ONCE = timedelta(days=40)  # keys used once for ever: after the sessions they name
UNKNOWN = timedelta(days=1)  # a job nobody here can do
AT_ONCE = 10_000  # rows of one statement

# A parent outlives its parts, so nothing ever points at a row that is gone: it goes with the next statement.
# The state is asked for twice: somebody may send a row back to the queue while this waits for it.
FORGET = """
DELETE FROM jobs_job WHERE id IN (
    SELECT id FROM jobs_job job
    WHERE state IN ('done', 'failed', 'cancelled') AND finished_at < CASE WHEN once THEN %s ELSE %s END
      AND NOT EXISTS (SELECT FROM jobs_job part WHERE part.parent_id = job.id)
    LIMIT %s)
  AND state IN ('done', 'failed', 'cancelled')
"""


def give_up_unknown(now: datetime) -> int:
    """How many jobs failed because no version that ran for a day knows their kind: one may come with an update."""
    unknown = Job.objects.filter(state=State.QUEUED, run_at__lt=now - UNKNOWN).exclude(kind__in=known_kinds())
    return unknown.update(state=State.FAILED, finished_at=now, error="This version does not know this kind of work.")


def prune(now: datetime) -> int:
    """How many ended jobs were forgotten."""
    forgotten = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(FORGET, [now - KEPT_ONCE, now - KEPT, AT_ONCE])
            if not cursor.rowcount:
                return forgotten
            forgotten += cursor.rowcount
