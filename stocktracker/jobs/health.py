"""Whether work gets done: what keeps it from that, as sentences for whoever runs the deployment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stocktracker.formats import plain

from .heartbeats import Signs, read_signs
from .kinds import known_kinds
from .models import Job, State
from .telling import DAY, HOUR, MINUTE

SILENT_AFTER = timedelta(seconds=30)  # beat ticks every five seconds
UNSWEPT_AFTER = timedelta(minutes=1)  # it runs every five seconds, as soon as a process is free
LONG = {  # by queue, until what is due there counts as late
    "interactive": timedelta(seconds=30),  # somebody is waiting
    "prices": timedelta(minutes=15),  # the source's pace is no defect
}
LONG_ELSEWHERE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Problem:
    code: str  # "redis", "worker", "beat", "sweep", "queue"; of /readyz also "database"
    text: str


def problems(now: datetime) -> list[Problem]:
    """What to tell, the cause before its effects; one query and one round trip to Redis."""
    try:
        found = _silences(read_signs(), now)
    except redis.RedisError:
        text = _("Redis is unreachable. Pages work, jobs are kept and start by themselves when it is back.")
        found = [Problem("redis", text)]
    return [*found, *_backlog(now)]


def _silences(signs: Signs, now: datetime) -> list[Problem]:
    found = []
    if not signs.alive(now):
        found.append(Problem("worker", _no_worker(signs, now)))
    if signs.ticked_at is None or now - signs.ticked_at > SILENT_AFTER:
        found.append(Problem("beat", _no_beat(signs.ticked_at, now)))
    if not found and (signs.swept_at is None or now - signs.swept_at > UNSWEPT_AFTER):
        found.append(Problem("sweep", _no_sweep(signs.swept_at, now)))
    return found


def _no_worker(signs: Signs, now: datetime) -> str:
    last = max((one.at for one in signs.workers), default=None)
    if last is None:
        return _("No worker is running. Jobs are kept and start when one does: bin/run, or the worker process.")
    return _(
        "No worker is running (last seen %(time)s ago). Jobs are kept and start when one does: bin/run, or the worker "
        "process."
    ) % {"time": span(now - last)}


def _no_beat(last: datetime | None, now: datetime) -> str:
    if last is None:
        return _(
            "Beat has not ticked yet. Nothing is planned and nothing repaired until it runs: start the beat process."
        )
    return _(
        "Beat has not ticked for %(time)s. Nothing is planned and nothing repaired until it runs: start the beat "
        "process."
    ) % {"time": span(now - last)}


def _no_sweep(last: datetime | None, now: datetime) -> str:
    if last is None:
        return _("The sweep has not run yet: what is lost is repaired later. All processes of the workers may be busy.")
    return _(
        "The sweep has not run for %(time)s: what is lost is repaired later. All processes of the workers may be busy."
    ) % {"time": span(now - last)}


def _backlog(now: datetime) -> list[Problem]:
    late = ~Q(queue__in=LONG) & Q(run_at__lt=now - LONG_ELSEWHERE)
    for queue, long in LONG.items():
        late |= Q(queue=queue, run_at__lt=now - long)
    waiting = Job.objects.filter(state=State.QUEUED, run_at__lte=now, kind__in=known_kinds())
    seen = waiting.aggregate(jobs=Count("pk"), late=Count("pk", filter=late), oldest=Min("run_at"))
    if not seen["late"]:
        return []
    told = ngettext(
        "The queue is backed up: %(jobs)s job waits for %(time)s.",
        "The queue is backed up: %(jobs)s jobs wait, the oldest for %(time)s.",
        seen["jobs"],
    )
    return [Problem("queue", told % {"jobs": plain(seen["jobs"], 0), "time": span(now - seen["oldest"])})]


def span(length: timedelta) -> str:
    """45 seconds, 3 minutes, 2 hours, 4 days."""
    seconds = max(0, int(length.total_seconds()))
    if seconds >= 2 * DAY:
        return ngettext("%(n)s day", "%(n)s days", seconds // DAY) % {"n": seconds // DAY}
    if seconds >= 2 * HOUR:
        return ngettext("%(n)s hour", "%(n)s hours", seconds // HOUR) % {"n": seconds // HOUR}
    if seconds >= MINUTE:
        return ngettext("%(n)s minute", "%(n)s minutes", seconds // MINUTE) % {"n": seconds // MINUTE}
    return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
