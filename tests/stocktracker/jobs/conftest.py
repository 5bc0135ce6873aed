"""Kinds of jobs that exist for tests only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from stocktracker.jobs import kinds
from stocktracker.jobs.kinds import job
from stocktracker.jobs.running import Run, run_job
from stocktracker.redis import store
from tests.stocktracker.monitoring.conftest import week, with_bars

__all__ = ["week", "with_bars"]  # fixtures

Work = Callable[[Run], None]


_work: list[Work] = []  # of the test that runs; Celery registers a task's name once for ever


def _handle(run: Run) -> None:
    _work[-1](run)


@pytest.fixture
def kind() -> Iterator[Callable[[Work], Callable[[int], None]]]:
    """`work = kind(handler)` registers the kind "test.kind"; `work(job_id)` is what a worker does with a message."""

    def register(handler: Work) -> Callable[[int], None]:
        _work.append(handler)
        return lambda job_id: run_job(job_id, _handle, "housekeeping")

    if kinds.find_kind("test.kind") is None:
        job("test.kind", queue="housekeeping", title="Test", max_attempts=3)(_handle)
    yield register
    _work.clear()


@pytest.fixture
def redis_away(settings: Settings) -> Iterator[None]:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    store.cache_clear()
    yield
    store.cache_clear()
