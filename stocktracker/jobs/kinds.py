"""Kinds of jobs: each is a Celery task of the same name, with its queue, priority and title.

    @job("pricing.refresh_quotes", queue="prices", priority=4, title="Price update")
    def refresh_quotes(run: Run, symbols: list[str]) -> None: ...

The task receives only the job's id; its arguments are in the row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from celery import shared_task
from django.utils.translation import gettext

LONGEST_SECONDS = 300  # of an attempt
GRACE_SECONDS = 30  # from the exception that says so to the signal that ends the process

Handler = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    queue: str
    priority: int
    max_attempts: int
    title: str  # may name the job's arguments and its subject: "History of {symbol}"
    task: Any

    @property
    def plain_title(self) -> str:
        """Without what one job is about: «History of …»; in the reader's language."""
        return gettext(self.title).format_map(defaultdict(lambda: "…"))


_KINDS: dict[str, Kind] = {}


def find_kind(name: str) -> Kind | None:
    return _KINDS.get(name)


def known_kinds() -> list[str]:
    return list(_KINDS)


def kinds_of(queue: str) -> list[str]:
    """Names of the kinds whose work belongs to this queue, wherever their messages go."""
    return [kind.name for kind in _KINDS.values() if kind.queue == queue]


def kind_named(name: str) -> Kind:
    """Raises LookupError for a kind nobody has registered: a typing error, found by the first test that enqueues."""
    try:
        return _KINDS[name]
    except KeyError:
        raise LookupError(f"No job kind is called {name!r}; there are {', '.join(sorted(_KINDS))}.") from None


def job(
    name: str, *, queue: str, title: str, priority: int = 5, max_attempts: int = 5, seconds: int = LONGEST_SECONDS
) -> Callable[[Callable[..., None]], Handler]:
    """Registers handler(run, **args) as the work of jobs of this kind and returns it unchanged.

    An attempt that takes longer than so many seconds fails; one that does not notice is killed a little later.
    """

    def register(handler: Handler) -> Handler:
        @shared_task(name=name, soft_time_limit=seconds, time_limit=seconds + GRACE_SECONDS)
        def task(job_id: int) -> None:
            from .running import run_job

            run_job(job_id, handler, queue)

        _KINDS[name] = Kind(name, queue, priority, max_attempts, title, task)
        return handler

    return register
