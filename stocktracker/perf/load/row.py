"""Row «load»: pages of the real server under many readers, while a real worker brings new prices and rebuilds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from pricing import counters
from stocktracker.chaos.cpu import processor_seconds
from stocktracker.embedded.folder import Folder
from stocktracker.jobs.heartbeats import memory_of
from stocktracker.jobs.models import Job, State
from stocktracker.metrics.reading import total
from stocktracker.perf.pages import Reader
from stocktracker.perf.result import MILLISECONDS, Result

from .crowd import Crowd, errands
from .plan import Clients, Plan
from .stage import PROCESSES, Stage, StageError, prepared
from .telling import Met, Work, told
from .trading import Trading, asked_by_workers

EMPTY_VIEWS = 200
LATE = 60.0  # seconds after which readers have hung
COUNTED_WITHIN = 4.0  # seconds until every process has carried its numbers to Redis
REBUILD = "stocktracker.rebuild"


def results(folder: Folder, plan: Plan) -> Iterator[Result]:
    with prepared(folder, plan) as stage:
        for clients in plan.clients:
            yield from told(met(stage, plan, clients))


def met(stage: Stage, plan: Plan, clients: Clients) -> Met:
    """Lets so many readers in, and waits until the worker has done what they caused. Raises StageError."""
    empty = empty_view(stage.stack.address.port)
    before, trading = Before.of(stage), Trading(stage.market)
    trading.start()
    try:
        with Crowd(errands(stage.stack.address, stage.readers(clients.count), plan, clients.pause)) as crowd:
            if not stage.stack.until(crowd.ended, plan.lasts + LATE):
                raise StageError(f"{clients.name} had not ended {LATE:g} s after their time.")
            busy = {name: (after - before.busy[name]) / plan.lasts for name, after in _busy(stage).items()}
            busy["readers"] = crowd.processor_seconds() / plan.lasts
            asked = crowd.asked()
    finally:
        trading.end()
    memory = {name: memory_of(_all_of(stage, name)) for name in PROCESSES}
    return Met(clients, plan.seconds, empty, asked, busy, memory, before.work(stage))


def empty_view(port: int) -> float:
    """Milliseconds the server's emptiest view takes while nobody else asks."""
    reader, times = Reader(port, ""), []
    for _ in range(EMPTY_VIEWS):
        start = time.perf_counter()
        reader.get("/healthz")
        times.append((time.perf_counter() - start) * MILLISECONDS)
    return statistics.median(times)


@dataclass(frozen=True, slots=True)
class Before:
    """What everything stood at when the readers came."""

    at: datetime
    layers: counters.Layers
    busy: dict[str, float]  # processor seconds, by whom

    @classmethod
    def of(cls, stage: Stage) -> Before:
        stage.market.reset_log()
        stage.stack.surprises()
        now = timezone.now()
        return cls(now, counters.layers_of(total()), _busy(stage))

    def work(self, stage: Stage) -> Work:
        """What was done since then, when all of it is done and counted."""
        stage.quiet("What the readers caused")
        stage.stack.wait(COUNTED_WITHIN)
        sent, by_workers = stage.market.summary(), asked_by_workers(self.at)
        after = counters.layers_of(total())
        since = counters.Layers(*(getattr(after, name) - getattr(self.layers, name) for name in counters.NAMES))
        rebuilds = Job.objects.filter(kind=REBUILD, state=State.DONE, started_at__gte=self.at).count()
        return Work(sent, by_workers, since.hit_rate, rebuilds, tuple(stage.stack.surprises()))


def _busy(stage: Stage) -> dict[str, float]:
    return {name: processor_seconds([pid]) for name, pid in stage.stack.pids().items()}


def _all_of(stage: Stage, name: str) -> list[int]:
    return [stage.stack.pids()[name], *stage.stack.children(name)]
