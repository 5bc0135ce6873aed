"""Asking for work, one job or many. To change one's mind: `control`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from .kinds import kind_named
from .models import Job, State
from .sending import tell

TOLD_AT_ONCE = 2_000  # messages a queue holds; the sweep follows with the rest


@dataclass(frozen=True, slots=True)
class Request:
    """One of many jobs that are asked for together."""

    args: dict[str, Any]
    key: str | None = None
    priority: int | None = None
    portfolio_id: int | None = None
    requested_by_id: int | None = None
    subject: str = ""
    once: bool = field(default=False, kw_only=True)


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
    subject: str = "",
    queue: str | None = None,
    **args: Any,
) -> Job:
    """The job with this key, new or already under way; part of the caller's transaction, sent after its commit."""
    request = Request(args, key, priority, portfolio_id, requested_by_id, subject, once=once)
    if asked_for := _holder(key):
        return _hurried(asked_for, _new(kind, request, parent))
    job = _new(kind, request, parent, run_at)
    job.queue = queue or job.queue
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:  # the unique key: somebody asks for the same work at this moment
        if asked_for := _holder(key):
            return asked_for
        job.pk = None  # theirs has ended by now, perhaps before what we ask for was there to be seen
        job.save(force_insert=True)
    if parent:
        parent.parts += 1
    if job.run_at <= timezone.now():
        transaction.on_commit(lambda: tell([job]))
    return job


def enqueue_many(kind: str, requests: Iterable[Request], parent: Job | None = None) -> list[Job]:
    """The new ones of these, in three statements however many: what has its key under way already is left out."""
    wanted = [_new(kind, request, parent) for request in requests]
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('jobs_job', 'id')) FROM generate_series(1, %s)", [len(wanted)]
        )
        for job, (number,) in zip(wanted, cursor.fetchall(), strict=True):
            job.pk = number
    in_order = sorted(wanted, key=lambda job: job.key or "")  # two who ask for the same must not wait for each other
    Job.objects.bulk_create(in_order, ignore_conflicts=True, batch_size=1_000)
    new = list(Job.objects.filter(pk__in=[job.pk for job in wanted]).order_by("priority", "id"))
    if parent:
        parent.parts += len(new)
    transaction.on_commit(lambda: tell(new[:TOLD_AT_ONCE]))
    return new


def _new(kind: str, request: Request, parent: Job | None, run_at: datetime | None = None) -> Job:
    registered = kind_named(kind)
    return Job(
        kind=kind,
        args=request.args,
        key=request.key,
        once=request.once,
        queue=registered.queue,
        priority=request.priority or registered.priority,
        max_attempts=registered.max_attempts,
        run_at=run_at or timezone.now(),
        parent=parent,
        portfolio_id=request.portfolio_id,
        requested_by_id=request.requested_by_id,
        subject=request.subject,
    )


def _holder(key: str | None) -> Job | None:
    """The job that keeps this key from being used: one whose work is under way, or one that used it up for ever."""
    if key is None:
        return None
    at_work = Q(state__in=[State.QUEUED, State.RUNNING])
    return Job.objects.filter(at_work | Q(once=True), key=key).first()


def _hurried(waiting: Job, wanted: Job) -> Job:
    """What waits for nobody in particular is from now on for whoever asks, and as urgent as they are."""
    changes: dict[str, Any] = {}
    if waiting.state == State.QUEUED and wanted.priority < waiting.priority:
        changes |= {"priority": wanted.priority}
    if waiting.requested_by_id is None and wanted.requested_by_id is not None:
        changes |= {"requested_by_id": wanted.requested_by_id, "portfolio_id": wanted.portfolio_id}
    if changes and Job.objects.filter(pk=waiting.pk, state=waiting.state).update(**changes):
        for name, value in changes.items():
            setattr(waiting, name, value)
        if "priority" in changes:
            transaction.on_commit(lambda: tell([waiting]))
    return waiting
