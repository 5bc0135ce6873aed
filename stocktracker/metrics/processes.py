"""Which processes there are and what memory each has: they say so themselves, every ten seconds."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from redis import RedisError

from stocktracker.redis import store

PROCESSES = "metrics:processes"
EVERY_SECONDS = 10.0
GONE_AFTER_SECONDS = 35.0  # three signs that did not come


@dataclass(frozen=True, slots=True)
class Process:
    kind: str  # "web", "worker" (each process of its pool) or "beat"
    host: str
    pid: int
    at: float  # seconds since the epoch
    started_at: float
    memory_mb: float | None  # proportional set size; None where the system does not say
    threads: int

    @property
    def since(self) -> datetime:
        return datetime.fromtimestamp(self.started_at, UTC)

    @property
    def name(self) -> str:
        return f"{self.kind} {self.host}/{self.pid}"


class Sign:
    """Of one process: called often, it speaks when it is time."""

    def __init__(self, kind: str) -> None:
        self.kind, self.started_at, self.said_at = kind, time.time(), 0.0

    def __call__(self) -> None:
        now = time.time()
        if now - self.said_at < EVERY_SECONDS:
            return
        self.said_at = now
        pid = os.getpid()
        say(
            Process(
                kind=self.kind,
                host=socket.gethostname(),
                pid=pid,
                at=now,
                started_at=self.started_at,
                memory_mb=memory_mb(pid),
                threads=threading.active_count(),
            )
        )


def say(process: Process) -> None:
    """While Redis is away nobody hears it."""
    try:
        store().hset(PROCESSES, process.name, json.dumps(asdict(process)))
    except RedisError:
        return


def alive(clock: Callable[[], float] = time.time) -> list[Process]:
    """By kind, host and number; whoever has fallen silent is forgotten. Raises redis.RedisError."""
    found, silent = [], []
    for name, told in cast("dict[str, str]", store().hgetall(PROCESSES)).items():
        process = _read(told)
        if process is None or clock() - process.at > GONE_AFTER_SECONDS:
            silent.append(name)
        else:
            found.append(process)
    if silent:
        store().hdel(PROCESSES, *silent)
    return sorted(found, key=lambda one: (one.kind, one.host, one.pid))


def _read(told: str) -> Process | None:
    """None for words of another version of the product: two may run for a while."""
    try:
        return Process(**json.loads(told))
    except (ValueError, TypeError):
        return None


def memory_mb(pid: int) -> float | None:
    """Pages shared with others counted in proportion; None where there is no /proc."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return None
    return round(int(told.partition("Pss:")[2].split()[0]) / 1024, 1)
