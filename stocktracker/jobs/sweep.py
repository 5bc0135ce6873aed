"""What repairs everything, every five seconds: jobs whose worker died, and jobs nobody was told about."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import redis
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q

from celeryconfig import PRIORITIES
from stocktracker.redis import store

from . import heartbeats
from .kinds import known_kinds
from .models import Job
from .parts import close_all
from .running import LOCKS
from .sending import send
from .services import TOLD_AT_ONCE

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=10)  # a message younger than this may still be on its way

# Every running job whose advisory lock is free has lost its worker. Taking the lock here, inside the transaction,
# is the proof; it is let go at commit.
ORPHANS = """
WITH running AS MATERIALIZED (SELECT id FROM jobs_job WHERE state = 'running' FOR UPDATE SKIP LOCKED),
     orphan AS MATERIALIZED (SELECT id FROM running WHERE pg_try_advisory_xact_lock(%s + id))
UPDATE jobs_job SET state = CASE WHEN attempts < max_attempts THEN 'queued' ELSE 'failed' END,
       run_at = %s, sent_at = NULL, error = 'The worker died while it ran.',
       finished_at = CASE WHEN attempts < max_attempts THEN NULL ELSE now() END
WHERE id IN (SELECT id FROM orphan) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Swept:
    orphans: int  # jobs taken back from dead workers
    sent: int  # jobs somebody was told about (again)


def sweep(now: datetime) -> Swept:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ORPHANS, [LOCKS, now])
        orphans = len(cursor.fetchall())
    if orphans:
        log.warning("took %s jobs back from dead workers", orphans)
    sent = _send_untold(now)
    close_all()
    heartbeats.swept()
    return Swept(orphans, sent)


def _send_untold(now: datetime) -> int:
    """Sends due jobs never sent at once, and sent ones again where fewer messages wait than jobs do."""
    untold = Q(sent_at=None)
    overdue = Q(sent_at__lt=now - PATIENCE)
    ours = Job.objects.due(now).filter(kind__in=known_kinds())  # others would stand before all that can be sent
    waiting = ours.values("queue").annotate(due=Count("id"), new=Count("id", filter=untold))
    sent = 0
    for row in waiting:
        try:
            messages = _messages_waiting(row["queue"])
        except redis.RedisError:
            return sent  # nobody to tell; next time
        lost = row["due"] - row["new"] - messages
        wanted = untold | overdue if lost > 0 else untold
        jobs = ours.filter(wanted, queue=row["queue"]).order_by("priority", "id")
        sent += send(jobs[: _room(row["queue"], messages)])
    return sent


def _room(queue: str, messages: int) -> int:
    """How many more messages a queue should hold: what may not run at once would only be dropped."""
    return max(0, settings.RUNNING_AT_ONCE.get(queue, TOLD_AT_ONCE) - messages)


def _messages_waiting(queue: str) -> int:
    """Length of the queue's lists in Redis, one per priority step (Celery's own naming)."""
    with store().pipeline(transaction=False) as pipe:
        for priority in range(PRIORITIES):
            pipe.llen(queue if priority == 0 else f"{queue}\x06\x16{priority}")
        return sum(cast("list[int]", pipe.execute()))
