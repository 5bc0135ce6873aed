"""Whether work gets done: what keeps it from that, as sentences for whoever runs the deployment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.db.models import Count, Min, Q

from .heartbeats import Signs, read_signs
from .kinds import known_kinds
from .models import Job, State

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
        text = "Redis is unreachable. Pages work, jobs are kept and start by themselves when it is back."
        found = [Problem("redis", text)]
    return [*found, *_backlog(now)]


def _silences(signs: Signs, now: datetime) -> list[Problem]:
    found = []
    if not signs.alive(now):
        last = max((one.at for one in signs.workers), default=None)
        seen = f" (last seen {span(now - last)} ago)" if last else ""
        text = f"No worker is running{seen}. Jobs are kept and start when one does: bin/run, or the worker process."
        found.append(Problem("worker", text))
    if signs.ticked_at is None or now - signs.ticked_at > SILENT_AFTER:
        since = f"has not ticked for {span(now - signs.ticked_at)}" if signs.ticked_at else "has not ticked yet"
        text = f"Beat {since}. Nothing is planned and nothing repaired until it runs: start the beat process."
        found.append(Problem("beat", text))
    if not found and (signs.swept_at is None or now - signs.swept_at > UNSWEPT_AFTER):
        since = f"has not run for {span(now - signs.swept_at)}" if signs.swept_at else "has not run yet"
        text = f"The sweep {since}: what is lost is repaired later. All processes of the workers may be busy."
        found.append(Problem("sweep", text))
    return found


def _backlog(now: datetime) -> list[Problem]:
    late = ~Q(queue__in=LONG) & Q(run_at__lt=now - LONG_ELSEWHERE)
    for queue, long in LONG.items():
        late |= Q(queue=queue, run_at__lt=now - long)
    waiting = Job.objects.filter(state=State.QUEUED, run_at__lte=now, kind__in=known_kinds())
    seen = waiting.aggregate(jobs=Count("pk"), late=Count("pk", filter=late), oldest=Min("run_at"))
    if not seen["late"]:
        return []
    jobs = "1 job waits" if seen["jobs"] == 1 else f"{seen['jobs']:,} jobs wait, the oldest"
    return [Problem("queue", f"The queue is backed up: {jobs} for {span(now - seen['oldest'])}.")]


def span(length: timedelta) -> str:
    """45 seconds, 3 minutes, 2 hours, 4 days."""
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size or (seconds >= size and unit == "minute"):
            return f"{seconds // size} {unit}{'s' if seconds >= 2 * size else ''}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
