"""Changing one's mind about jobs: cancel and retry, with their parts."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from .models import UNDER_WAY, Job, State
from .parts import ancestors, close, family_under_way, locked, reopen
from .progress import ask_to_stop
from .sending import tell
from .services import TOLD_AT_ONCE

MORE_ATTEMPTS = 5  # for a job somebody sends again
CAME_TO_NOTHING = (State.FAILED, State.CANCELLED)


def cancel(job: Job) -> bool:
    """Whether it was under way; with it go all its parts.

    A running one is not torn from its worker: it stops when it next reports, and can commit nothing any more.
    """
    with transaction.atomic():
        row = locked([job.pk]).first()
        if row is None or row.state not in UNDER_WAY:
            return False
        while family := family_under_way(job.pk):  # one that was just committing may have left parts
            rows = [one for one in locked(family) if one.state in UNDER_WAY]
            running = {one.pk: one.attempts for one in rows if one.state == State.RUNNING}
            ended = Job.objects.filter(pk__in=[one.pk for one in rows])
            ended.update(state=State.CANCELLED, finished_at=timezone.now())
            transaction.on_commit(lambda running=running: ask_to_stop(running))  # type: ignore[misc]  # this round's
        parent = row.parent_id
    close(parent)
    return True


def retry(job: Job) -> bool:
    """Whether it went back to the queue: only what has failed or was cancelled can.

    One whose own work was committed does not do that again, only the parts that came to nothing.
    """
    if Job.objects.filter(pk=job.pk, parts__gt=0).exists():
        return retry_parts(job) > 0
    above = ancestors(job.pk)
    try:
        with transaction.atomic():
            list(locked([*above, job.pk]))
            if not _requeue(Q(pk=job.pk)):
                return False
            reopen(above)
    except IntegrityError:  # the same work is under way already, under another row
        return False
    return True


def retry_parts(job: Job) -> int:
    """How many of its parts, and of theirs, went back to the queue; those that failed or were cancelled can."""
    nested = job.children.filter(parts__gt=0).order_by("pk")
    again = sum(retry_parts(part) for part in nested)
    try:
        with transaction.atomic():
            above = [*ancestors(job.pk), job.pk]
            list(locked(above))
            mine = _requeue(Q(parent=job.pk))
            if mine:
                reopen(above)
    except IntegrityError:  # the work of one of them is under way under another row: one by one, then
        mine = sum(retry(part) for part in job.children.filter(state__in=CAME_TO_NOTHING, parts=0).order_by("pk"))
    return again + mine


def _requeue(which: Q) -> int:
    """How many of these can and will be done again; told of after the commit."""
    ended = Job.objects.filter(which, state__in=CAME_TO_NOTHING, parts=0)
    rows = list(ended.select_for_update(no_key=True).order_by("pk"))
    Job.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.QUEUED,
        run_at=timezone.now(),
        max_attempts=F("attempts") + MORE_ATTEMPTS,
        error="",
        sent_at=None,
        finished_at=None,
    )
    urgent = sorted(rows, key=lambda row: (row.priority, row.pk))[:TOLD_AT_ONCE]
    transaction.on_commit(lambda: tell(urgent))
    return len(rows)
