"""Noticing that nobody planned for a while: a machine that was suspended, processes a platform had put to sleep.

A worker that starts looks around by itself (warming). This is for those that did not stop: their clocks only jumped.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from django.utils.translation import override
from redis import RedisError

from stocktracker.jobs.health import span
from stocktracker.jobs.services import enqueue
from stocktracker.monitoring.events import note
from stocktracker.monitoring.models import Event
from stocktracker.redis import store

log = logging.getLogger(__name__)

PLANNED = "plan:ran"  # in Redis: when it was last looked for what is due, in seconds
SLEPT = timedelta(minutes=10)  # it is looked every minute; a release or a busy worker takes less


def slept(before: datetime | None, now: datetime) -> timedelta | None:
    """How long nobody planned, if that was long; None at the very first time."""
    return now - before if before is not None and now - before > SLEPT else None


def notice_pause(now: datetime) -> timedelta | None:
    """The pause that has just ended, to exactly one of all who plan; it is noted, and a look around is asked for."""
    pause = slept(_exchanged(now), now)
    if pause is None:
        return None
    with override("en"):
        told = span(pause)
    log.info("woken up after %s", told)
    note(Event.Kind.WAKING, "woke_up", pause=told)
    enqueue("stocktracker.wake_up", key="wake_up")
    return pause


def _exchanged(now: datetime) -> datetime | None:
    """When it was planned before; unknown while Redis is away or after it has lost its memory."""
    try:
        seconds = store().set(PLANNED, now.timestamp(), get=True)
    except RedisError:
        return None
    return datetime.fromtimestamp(float(str(seconds)), UTC) if seconds else None
