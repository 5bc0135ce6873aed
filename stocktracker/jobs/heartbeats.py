"""Signs of life in Redis: each worker says every five seconds what it does, beat when it ticks, the sweep when it ran.

Written by the processes themselves (connected in stocktracker.celery), read by `health`.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import redis

from stocktracker.metrics.processes import memory_mb
from stocktracker.redis import store

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
DEAD_AFTER_SECONDS = 20  # four heartbeats that did not come
FORGOTTEN_AFTER_SECONDS = 3600  # a worker that never said good-bye
WORKERS, TICKED, SWEPT = "workers", "beat:ticked", "sweep:ran"


@dataclass(frozen=True, slots=True)
class WorkerBeat:
    """A worker process: its pool's size, how many of its children work, and the memory of all of them."""

    name: str
    at: datetime
    started_at: datetime
    concurrency: int
    running: int
    memory_mb: float | None  # proportional set size; None where the system does not say


@dataclass(frozen=True, slots=True)
class Signs:
    """What was seen last, and when; nothing of it means anything while Redis is away."""

    workers: list[WorkerBeat]
    ticked_at: datetime | None
    swept_at: datetime | None

    def alive(self, now: datetime) -> list[WorkerBeat]:
        return [one for one in self.workers if (now - one.at).total_seconds() <= DEAD_AFTER_SECONDS]


def read_signs() -> Signs:
    """One round trip. Raises redis.RedisError."""
    with store().pipeline(transaction=False) as pipe:
        pipe.hgetall(WORKERS)
        pipe.mget(TICKED, SWEPT)
        told, (ticked, swept) = pipe.execute()
    workers = sorted(filter(None, map(_worker, told.values())), key=lambda one: one.name)
    return Signs(workers, _moment(ticked), _moment(swept))


def _worker(told: str) -> WorkerBeat | None:
    """None for words of another version of the product: two may run for a while."""
    try:
        fields = json.loads(told)
        return WorkerBeat(**fields | {name: datetime.fromisoformat(fields[name]) for name in ("at", "started_at")})
    except (ValueError, TypeError, KeyError):
        return None


def _moment(seconds: str | None) -> datetime | None:
    return datetime.fromtimestamp(float(seconds), UTC) if seconds else None


def ticked() -> None:
    """Beat has sent what it sends most often."""
    _say(TICKED)


def swept() -> None:
    _say(SWEPT)


def _say(what: str) -> None:
    try:
        store().set(what, time.time())
    except redis.RedisError as error:
        log.info("%s is not said: %s", what, error)


def beat(worker: WorkerBeat) -> None:
    fields = asdict(worker) | {"at": worker.at.isoformat(), "started_at": worker.started_at.isoformat()}
    try:
        store().hset(WORKERS, worker.name, json.dumps(fields))
        store().expire(WORKERS, FORGOTTEN_AFTER_SECONDS)
    except redis.RedisError as error:
        log.info("no heartbeat: %s", error)


def farewell(name: str) -> None:
    """A worker that leaves is not missed; those who did not say so are forgotten, too, in time."""
    try:
        gone = [one.name for one in read_signs().workers if _is_forgotten(one)]
        store().hdel(WORKERS, name, *gone)
    except redis.RedisError:
        return


def _is_forgotten(one: WorkerBeat) -> bool:
    return (datetime.now(UTC) - one.at).total_seconds() > FORGOTTEN_AFTER_SECONDS


def name_of(hostname: str) -> str:
    """Two workers of one machine have the same host's name."""
    return f"{hostname}/{os.getpid()}"


class Heart:
    """Of one worker process; Celery's own timer beats it, in the process that does no work itself."""

    def __init__(self, consumer: Any) -> None:
        self.consumer = consumer
        self.name = name_of(consumer.hostname)
        self.started_at = datetime.now(UTC)

    def start(self) -> None:
        self()
        self.consumer.timer.call_repeatedly(EVERY_SECONDS, self)

    def __call__(self) -> None:
        from celery.worker import state  # only a worker needs it

        pool = self.consumer.pool.info
        beat(
            WorkerBeat(
                name=self.name,
                at=datetime.now(UTC),
                started_at=self.started_at,
                concurrency=pool["max-concurrency"],
                running=len(state.active_requests),
                memory_mb=memory_of([os.getpid(), *pool.get("processes", [])]),
            )
        )


def memory_of(processes: Iterable[int]) -> float | None:
    """Megabytes of these together, pages they share counted once; None where there is no /proc."""
    each = [memory_mb(process) for process in processes]
    return None if None in each else round(sum(filter(None, each)), 1)
