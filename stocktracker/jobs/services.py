"""Asking for work, and changing one's mind: enqueue, send, retry, cancel."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from .kinds import kind_named
from .models import Job, State

log = logging.getLogger(__name__)


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
    except IntegrityError:  # the unique key: somebody asked for the same work already
        existing = Job.objects.filter(key=key).order_by("-id").first() if key else None
        if existing is None:
            raise
        return existing
    if job.run_at <= timezone.now():
        transaction.on_commit(lambda: send([job]))
    return job


def send(jobs: Iterable[Job]) -> int:
    """How many workers-to-be were told. While Redis is away none is, and the sweep makes up for it."""
    sent: list[int] = []
    for job in jobs:
        try:
            kind_named(job.kind).task.apply_async((job.pk,), queue=job.queue, priority=job.priority - 1)
        except OperationalError as error:
            log.warning("job %s is stored but not sent: %s", job.pk, error)
            break
        sent.append(job.pk)
    Job.objects.filter(pk__in=sent, state=State.QUEUED).update(sent_at=timezone.now())
    return len(sent)


def retry(job: Job) -> bool:
    """Whether it went back to the queue: only what has failed or was cancelled can."""
    with transaction.atomic():
        ended = Job.objects.filter(pk=job.pk, state__in=[State.FAILED, State.CANCELLED])
        try:
            with transaction.atomic():
                changed = ended.update(
                    state=State.QUEUED, run_at=timezone.now(), max_attempts=job.attempts + 5, error="", sent_at=None
                )
        except IntegrityError:  # the same work is under way already, under another row
            return False
        if changed:
            job.refresh_from_db()
            transaction.on_commit(lambda: send([job]))
    return bool(changed)


def cancel(job: Job) -> bool:
    """Whether it was still waiting; a running job is not torn from its worker."""
    waiting = Job.objects.filter(pk=job.pk, state=State.QUEUED)
    return bool(waiting.update(state=State.CANCELLED, finished_at=timezone.now()))
