"""Asking for work, and changing one's mind: enqueue, send, retry, cancel."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from .kinds import find_kind, kind_named
from .models import UNDER_WAY, Job, State

log = logging.getLogger(__name__)

RETRIED_ATTEMPTS = 5  # more, for a job an administrator sends again


def enqueue(
    kind: str,
    *,
    key: str | None = None,
    once: bool = False,
    priority: int | None = None,
    run_at: datetime | None = None,
    parent: Job | None = None,
    portfolio_id: int | None = None,
    requested_by_id: int | None = None,
    **args: Any,
) -> Job:
    """The job with this key, new or already under way; part of the caller's transaction, sent after its commit."""
    registered = kind_named(kind)
    if asked_for := _holder(key):
        return asked_for
    job = Job(
        kind=kind,
        args=args,
        key=key,
        once=once,
        queue=registered.queue,
        priority=priority or registered.priority,
        max_attempts=registered.max_attempts,
        run_at=run_at or timezone.now(),
        parent=parent,
        portfolio_id=portfolio_id,
        requested_by_id=requested_by_id,
    )
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError:  # the unique key: somebody asks for the same work at this moment
        if asked_for := _holder(key):
            return asked_for
        job.pk = None  # theirs has ended by now, perhaps before what we ask for was there to be seen
        job.save()
    if job.run_at <= timezone.now():
        transaction.on_commit(lambda: send([job]))
    return job


def _holder(key: str | None) -> Job | None:
    """The job that keeps this key from being used: one under way, or one that used it up for ever."""
    if key is None:
        return None
    return Job.objects.filter(Q(state__in=UNDER_WAY) | Q(once=True), key=key).first()


def send(jobs: Iterable[Job]) -> int:
    """How many workers-to-be were told. While Redis is away none is, and the sweep makes up for it."""
    sent: list[int] = []
    for job in jobs:
        kind = find_kind(job.kind)
        if kind is None:  # a row of another version of the product: nothing here can do it
            log.warning("job %s is of the kind %s, which this version does not know", job.pk, job.kind)
            continue
        try:
            kind.task.apply_async((job.pk,), queue=job.queue, priority=job.priority - 1)
        except OperationalError as error:
            log.warning("job %s is stored but not sent: %s", job.pk, error)
            break
        sent.append(job.pk)
    Job.objects.filter(pk__in=sent, state=State.QUEUED).update(sent_at=timezone.now())
    return len(sent)


def retry(job: Job) -> bool:
    """Whether it went back to the queue: only what has failed or was cancelled can."""
    ended = Job.objects.filter(pk=job.pk, state__in=[State.FAILED, State.CANCELLED])
    again = job.attempts + RETRIED_ATTEMPTS
    try:
        with transaction.atomic():
            if not ended.update(state=State.QUEUED, run_at=timezone.now(), max_attempts=again, error="", sent_at=None):
                return False
            job.refresh_from_db()
            transaction.on_commit(lambda: send([job]))
    except IntegrityError:  # the same work is under way already, under another row
        return False
    return True


def cancel(job: Job) -> bool:
    """Whether it was still waiting; a running job is not torn from its worker."""
    waiting = Job.objects.filter(pk=job.pk, state=State.QUEUED)
    return bool(waiting.update(state=State.CANCELLED, finished_at=timezone.now()))
