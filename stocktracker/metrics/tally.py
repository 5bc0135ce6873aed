"""What one thread did since it began with a request or a job: statements, requests to a source, finds in a cache."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    statements: int = 0
    database_seconds: float = 0.0
    asked: int = 0  # a source of prices
    hits: int = 0  # of the cache of page parts
    misses: int = 0


class _Own(threading.local):
    def __init__(self) -> None:
        self.tally = Tally()


_own = _Own()


def begin() -> Tally:
    """A new one, for this thread from now on."""
    _own.tally = tally = Tally()
    return tally


def current() -> Tally:
    return _own.tally
