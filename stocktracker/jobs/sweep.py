"""What repairs everything, every five seconds: jobs whose worker died, and jobs nobody was told about."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import redis
from django.db import connection, transaction
from django.db.models import Count, Q

from celeryconfig import PRIORITIES
from stocktracker.redis import store

from .models import Job
from .running import LOCK_SPACE
from .services import send

log = logging.getLogger(__name__)

SENT_AT_ONCE = 200  # messages per sweep and queue: a backlog is told in slices
PATIENCE = timedelta(seconds=10)  # a message younger than this may still be on its way
KEPT = timedelta(days=7)  # of jobs that are done; `once` keys are kept longer, see prune()
KEPT_ONCE = timedelta(days=40)

# Every running job whose advisory lock is free has lost its worker. Taking the lock here, inside the transaction,
# is the proof; it is let go at commit.
ORPHANS = """
WITH running AS MATERIALIZED (SELECT id FROM jobs_job WHERE state = 'running' FOR UPDATE SKIP LOCKED),
     orphan AS MATERIALIZED (SELECT id FROM running WHERE pg_try_advisory_xact_lock(%s, id::int))
UPDATE jobs_job SET state = CASE WHEN attempts < max_attempts THEN 'queued' ELSE 'failed' END,
       run_at = %s, sent_at = NULL, error = 'The worker died while it ran.', finished_at = now()
WHERE id IN (SELECT id FROM orphan) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Swept:
    orphans: int  # jobs taken back from dead workers
    sent: int  # jobs somebody was told about (again)


def sweep(now: datetime) -> Swept:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ORPHANS, [LOCK_SPACE, now])
        orphans = len(cursor.fetchall())
    if orphans:
        log.warning("took %s jobs back from dead workers", orphans)
    return Swept(orphans, _send_untold(now))


def _send_untold(now: datetime) -> int:
    """Sends due jobs never sent at once, and sent ones again where fewer messages wait than jobs do."""
    untold = Q(sent_at=None)
    overdue = Q(sent_at__lt=now - PATIENCE)
    waiting = Job.objects.due(now).values("queue").annotate(due=Count("id"), new=Count("id", filter=untold))
    sent = 0
    for row in waiting:
        try:
            messages = _messages_waiting(row["queue"])
        except redis.RedisError:
            return sent  # nobody to tell; next time
        lost = row["due"] - row["new"] - messages
        wanted = untold | overdue if lost > 0 else untold
        jobs = Job.objects.due(now).filter(wanted, queue=row["queue"]).order_by("priority", "id")
        sent += send(jobs[:SENT_AT_ONCE])
    return sent


def _messages_waiting(queue: str) -> int:
    """Length of the queue's lists in Redis, one per priority step (Celery's own naming)."""
    with store().pipeline(transaction=False) as pipe:
        for priority in range(PRIORITIES):
            pipe.llen(queue if priority == 0 else f"{queue}\x06\x16{priority}")
        return sum(cast("list[int]", pipe.execute()))


def prune(now: datetime) -> int:
    """How many ended jobs were forgotten: after a week; keys used once for ever after the sessions they name."""
    ended = Q(state__in=["done", "cancelled", "failed"])
    old = Q(once=False, finished_at__lt=now - KEPT) | Q(once=True, finished_at__lt=now - KEPT_ONCE)
    deleted, _ = Job.objects.filter(ended, old).delete()
    return deleted
