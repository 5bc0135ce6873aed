"""Something that is wrong becomes an alarm, fires once when its patience is over, and is resolved when it has gone.

What comes and goes is one alarm.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.db import connection, transaction

from stocktracker.monitoring.models import Alarm
from stocktracker.redis import store

from .looking import Look, look
from .notifying import notify
from .rules import CALM, RULES, Found
from .wording import sentence

log = logging.getLogger(__name__)

LOCK = 7074 << 40  # an advisory lock: one settles at a time
UNSEEN = timedelta(hours=1)  # nobody has found it so: no version that runs beside this one knows its rule
LOOKED, PAUSE_SECONDS = "alarms:looked", 45  # whoever comes soon after somebody else need not look again


@dataclass(frozen=True, slots=True)
class Settled:
    fired: int
    resolved: int


def watch(now: datetime, *, always: bool = False) -> bool:
    """Whether anybody looked: once a minute by a worker and by each web process, the first of them for all.

    `always`: even if somebody else looked a moment ago.
    """
    if _looked_lately() and not always:
        return False
    settle(look(now), now)
    notify(now)
    return True


def _looked_lately() -> bool:
    try:
        return not store().set(LOOKED, 1, nx=True, ex=PAUSE_SECONDS)
    except redis.RedisError:
        return False


def settle(seen: Look, now: datetime) -> Settled:
    """Stores what began and what ended; a rule that was not judged leaves its alarms alone."""
    with transaction.atomic():
        if not _alone():
            return Settled(0, 0)
        found = {(one.rule, one.subject): one for one in seen.found}
        resolved = 0
        for alarm in Alarm.objects.open().filter(rule__in=seen.judged):
            still = found.pop((alarm.rule, alarm.subject), None)
            if still is None:
                resolved += _end(alarm, now)
            else:
                _go_on(alarm, still, now)
        resolved += sum(_end(alarm, now) for alarm in _unknown(now))
        Alarm.objects.bulk_create(_begun(one, now) for one in found.values() if not _came_back(one, now))
        fired = _fire(now)
    return Settled(fired, resolved)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _begun(one: Found, now: datetime) -> Alarm:
    return Alarm(rule=one.rule, subject=one.subject, facts=dict(one.facts), since=now, seen_at=now)


def _came_back(one: Found, now: datetime) -> bool:
    """Whether it had gone for a moment only: then it is the same alarm, and nobody is told of it twice."""
    gone = Alarm.objects.filter(rule=one.rule, subject=one.subject, resolved_at__gt=now - CALM)
    alarm = gone.order_by("-resolved_at").first()
    if alarm is None:
        return False
    alarm.resolved_at = None
    alarm.save(update_fields=["resolved_at"])
    _go_on(alarm, one, now)
    log.info("alarm came back: %s", alarm)
    return True


def _unknown(now: datetime) -> Iterable[Alarm]:
    """Those of rules there are no more, which nobody would ever end."""
    return Alarm.objects.open().exclude(rule__in=RULES).filter(seen_at__lt=now - UNSEEN)


def _go_on(alarm: Alarm, still: Found, now: datetime) -> None:
    alarm.facts, alarm.seen_at = dict(still.facts), now
    alarm.save(update_fields=["facts", "seen_at"])


def _end(alarm: Alarm, now: datetime) -> bool:
    """Whether it had fired; what passed within its patience never was."""
    if alarm.fired_at is None:
        alarm.delete()
        return False
    alarm.resolved_at = now
    alarm.save(update_fields=["resolved_at"])
    log.info("alarm resolved: %s", alarm)
    return True


def _fire(now: datetime) -> int:
    due = [alarm for alarm in Alarm.objects.open().filter(fired_at=None) if now - alarm.since >= _patience(alarm)]
    for alarm in due:
        log.warning("alarm: %s", sentence(alarm))
    return Alarm.objects.filter(pk__in=[alarm.pk for alarm in due]).update(fired_at=now)


def _patience(alarm: Alarm) -> timedelta:
    return RULES[alarm.rule].patience if alarm.rule in RULES else timedelta()
