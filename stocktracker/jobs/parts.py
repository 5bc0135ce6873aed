"""Jobs in parts: a parent's own work is committed, and the jobs it asked for are counted until the last has ended.

Whoever changes several rows of a family locks them in the order of their ids, parents before parts, and without the
key: a part that commits looks up its parent's key.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import QuerySet

from .models import UNDER_WAY, Job, State

# Its end says how many of its parts came to nothing; a part is a parent that has not closed, too.
CLOSE = """
UPDATE jobs_job parent SET state = 'done', finished_at = now(), error = '',
       result = CASE jsonb_typeof(result) WHEN 'object' THEN result ELSE '{}' END
                || jsonb_build_object('parts', parts, 'failed parts', (
                       SELECT count(*) FROM jobs_job part
                       WHERE part.parent_id = parent.id AND part.state IN ('failed', 'cancelled')))
WHERE parent.id = ANY(%s) AND parent.state = 'parts'
  AND NOT EXISTS (SELECT FROM jobs_job part
                  WHERE part.parent_id = parent.id AND part.state IN ('queued', 'running', 'parts'))
RETURNING parent.parent_id
"""
FAMILY = """
WITH RECURSIVE family AS (
    SELECT id FROM jobs_job WHERE id = %s
    UNION SELECT part.id FROM jobs_job part JOIN family ON part.parent_id = family.id
) SELECT id FROM family
"""
ANCESTORS = """
WITH RECURSIVE above AS (
    SELECT parent_id FROM jobs_job WHERE id = %s
    UNION SELECT parent.parent_id FROM jobs_job parent JOIN above ON parent.id = above.parent_id
) SELECT parent_id FROM above WHERE parent_id IS NOT NULL
"""


def close(parent_id: int | None) -> None:
    """Ends this parent if its last part has ended, and then perhaps its own parent."""
    while parent_id is not None:
        with transaction.atomic():
            list(locked([parent_id]))  # a part that is to be done again has it locked; only then is it counted
            closed = _close([parent_id])
        parent_id = closed[0] if closed else None


def close_all() -> int:
    """How many parents had nothing left to wait for; one whose parts are parents takes its turn in the next sweep."""
    with transaction.atomic():
        waiting = Job.objects.filter(state=State.PARTS).select_for_update(skip_locked=True, no_key=True)
        return len(_close([job.pk for job in waiting.only("pk").order_by("pk")]))


def _close(parents: list[int]) -> list[int | None]:
    """Parents of those that have ended now."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [parents])
        return [row[0] for row in cursor.fetchall()]


def reopen(parents: Iterable[int]) -> None:
    """Parts that had ended are to be done again: their parents, locked by the caller, wait for them once more."""
    ended = Job.objects.filter(pk__in=list(parents), state__in=[State.DONE, State.CANCELLED], parts__gt=0)
    ended.update(state=State.PARTS, finished_at=None)


def locked(jobs: Iterable[int]) -> QuerySet[Job]:
    """These rows, nobody else's to change until the transaction ends."""
    return Job.objects.filter(pk__in=list(jobs)).select_for_update(no_key=True).order_by("pk")


def family_under_way(job_id: int) -> list[int]:
    """It, its parts and theirs, as far as they have not ended."""
    return list(Job.objects.filter(pk__in=_ids(FAMILY, job_id), state__in=UNDER_WAY).values_list("pk", flat=True))


def ancestors(job_id: int) -> list[int]:
    """What it is part of, and what that is."""
    return _ids(ANCESTORS, job_id)


def _ids(query: str, job_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, [job_id])
        return [row[0] for row in cursor.fetchall()]
