"""How the whole engine is: jobs by state, queues, who works on them, and what keeps it from working."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import redis
from django.db.models import Count, Min, Q

from celeryconfig import QUEUES

from .health import Problem, problems
from .heartbeats import Signs, WorkerBeat, read_signs
from .models import Job, State
from .selectors import JobRow, first_what_runs, job_rows, with_parts

NAMED = 10  # running jobs an overview names


@dataclass(frozen=True, slots=True)
class QueueLength:
    name: str
    due: int = 0  # jobs a worker may claim now
    later: int = 0  # jobs that wait for their time
    running: int = 0
    oldest: datetime | None = None  # since when the first of those due is


@dataclass(frozen=True, slots=True)
class Workshop:
    reachable: bool  # Redis; without it nobody can say who works
    alive: list[WorkerBeat]
    silent: list[WorkerBeat]  # not heard of for a while, and never said good-bye
    ticked_at: datetime | None  # beat
    swept_at: datetime | None
    queues: list[QueueLength]


@dataclass(frozen=True, slots=True)
class Overview:
    states: dict[str, int]  # every state, in the order a job goes through them
    running: list[JobRow]  # the first of them
    queues: list[QueueLength]
    problems: list[Problem]

    @property
    def oldest(self) -> datetime | None:
        """Since when the job is due that waits longest."""
        return min((queue.oldest for queue in self.queues if queue.oldest), default=None)


def workshop(now: datetime) -> Workshop:
    """One query and one round trip to Redis."""
    try:
        signs, reachable = read_signs(), True
    except redis.RedisError:
        signs, reachable = Signs([], None, None), False
    alive = signs.alive(now)
    silent = [one for one in signs.workers if one not in alive]
    return Workshop(reachable, alive, silent, signs.ticked_at, signs.swept_at, queues(now))


def queues(now: datetime) -> list[QueueLength]:
    """In the order they are served; one that exists only in rows comes last. One query."""
    due, later = Q(state=State.QUEUED, run_at__lte=now), Q(state=State.QUEUED, run_at__gt=now)
    counted = Job.objects.filter(state__in=[State.QUEUED, State.RUNNING]).values("queue").order_by("queue")
    rows = counted.annotate(
        due=Count("pk", filter=due),
        later=Count("pk", filter=later),
        running=Count("pk", filter=Q(state=State.RUNNING)),
        oldest=Min("run_at", filter=due),
    )
    found = {row.pop("queue"): row for row in cast("Iterable[dict[str, Any]]", rows)}
    names = [*QUEUES, *(name for name in found if name not in QUEUES)]
    return [QueueLength(name, **found.get(name, {})) for name in names]


def overview(now: datetime) -> Overview:
    """Four queries."""
    counted = dict(Job.objects.order_by().values_list("state").annotate(count=Count("pk")))
    states = {str(state): counted.get(state, 0) for state in State.values}
    at_work = Job.objects.filter(state__in=[State.RUNNING, State.PARTS])
    running = job_rows(first_what_runs(with_parts(at_work))[:NAMED])
    return Overview(states, running, queues(now), problems(now))
