"""How often prices were found, layer by layer: in a process's memory, in PostgreSQL, and how often a source was asked.

Counted in memory and carried to Redis every few seconds, best effort: nothing depends on these numbers.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.utils import timezone
from redis import RedisError

from stocktracker.redis import store

FLUSH_SECONDS = 5.0
KEPT = timedelta(days=40)
NAMES = ("memory_hits", "memory_misses", "database_hits", "database_misses", "upstream")

_counted: Counter[tuple[str, str]] = Counter()  # by key and name
_lock = threading.Lock()
_flushed_at = time.monotonic()


@dataclass(frozen=True, slots=True)
class Layers:
    """Of one day (UTC). A hit of the database is a price on a page that is as new as it can be, or bars that are there;
    a miss is a price that has to be asked for.
    """

    memory_hits: int = 0
    memory_misses: int = 0
    database_hits: int = 0
    database_misses: int = 0
    upstream: int = 0  # requests sent, cookie and crumb not among them

    @property
    def memory_rate(self) -> float | None:
        return _rate(self.memory_hits, self.memory_misses)

    @property
    def database_rate(self) -> float | None:
        return _rate(self.database_hits, self.database_misses)

    @property
    def hit_rate(self) -> float | None:
        """Of all that was asked for, the share no source had to be asked for."""
        return _rate(self.memory_hits + self.database_hits, self.database_misses)


def _rate(hits: int, misses: int) -> float | None:
    return hits / (hits + misses) if hits + misses else None


def count(**amounts: int) -> None:
    """Adds to today's numbers; the names are those of `Layers`."""
    key = _key(timezone.now().astimezone(UTC).date())
    with _lock:
        _counted.update({(key, name): amount for name, amount in amounts.items()})
        due = time.monotonic() - _flushed_at >= FLUSH_SECONDS
    if due:
        flush()


def flush() -> None:
    global _flushed_at  # noqa: PLW0603 - one clock for one process's counts
    with _lock:
        counted = {where: amount for where, amount in _counted.items() if amount}
        _counted.clear()
        _flushed_at = time.monotonic()
    if not counted:
        return
    try:
        with store().pipeline(transaction=False) as pipe:
            for (key, name), amount in counted.items():
                pipe.hincrby(key, name, amount)
                pipe.expire(key, KEPT)
            pipe.execute()
    except RedisError:
        pass  # numbers for a page about numbers: lost is better than a page or a job that waits


def layers(day: date) -> Layers:
    """What all processes counted on that day (UTC); zeros while Redis is away."""
    try:
        stored = store().hgetall(_key(day))
    except RedisError:
        return Layers()
    return Layers(**{name: int(amount) for name, amount in stored.items() if name in NAMES})


def _key(day: date) -> str:
    return f"prices:{day.isoformat()}"


atexit.register(flush)
