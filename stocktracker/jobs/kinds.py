"""Kinds of jobs: each is a Celery task of the same name, with its queue, priority and title.

    @job("pricing.refresh_quotes", queue="prices", priority=4, title="Price update")
    def refresh_quotes(run: Run, symbols: list[str]) -> None: ...

The task receives only the job's id; its arguments are in the row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from celery import shared_task

Handler = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    queue: str
    priority: int
    max_attempts: int
    title: str  # may name the job's arguments: "History of {symbol}"
    task: Any


_KINDS: dict[str, Kind] = {}


def find_kind(name: str) -> Kind | None:
    return _KINDS.get(name)


def kind_named(name: str) -> Kind:
    """Raises LookupError for a kind nobody has registered: a typing error, found by the first test that enqueues."""
    try:
        return _KINDS[name]
    except KeyError:
        raise LookupError(f"No job kind is called {name!r}; there are {', '.join(sorted(_KINDS))}.") from None


def job(
    name: str, *, queue: str, title: str, priority: int = 5, max_attempts: int = 5
) -> Callable[[Callable[..., None]], Handler]:
    """Registers handler(run, **args) as the work of jobs of this kind and returns it unchanged."""

    def register(handler: Handler) -> Handler:
        @shared_task(name=name)
        def task(job_id: int) -> None:
            from .running import run_job

            run_job(job_id, handler)

        _KINDS[name] = Kind(name, queue, priority, max_attempts, title, task)
        return handler

    return register
