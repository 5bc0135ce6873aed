from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from celeryconfig import QUEUES
from stocktracker.jobs.heartbeats import WorkerBeat, beat, swept, ticked
from stocktracker.jobs.models import State
from stocktracker.jobs.overview import QueueLength, overview, queues, workshop
from tests.processes import run_python

from .given import NOW, in_parts, make

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def worker(name: str, ago: timedelta) -> WorkerBeat:
    return WorkerBeat(name, NOW - ago, NOW - ago, concurrency=2, running=1, memory_mb=88.5)


def test_a_queue_says_what_is_due_what_waits_and_since_when(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for minutes in (3, 1):
        make(symbol="A", run_at=NOW - minutes * MINUTE)
    make(symbol="A", run_at=NOW + MINUTE)
    make(State.RUNNING, "A")
    make(State.DONE, "A")
    make(queue="of another version", run_at=NOW)

    with django_assert_num_queries(1):
        found = queues(NOW)

    assert [queue.name for queue in found] == [*QUEUES, "of another version"]
    assert found[0] == QueueLength("interactive")
    assert found[1] == QueueLength("prices", due=2, later=1, running=1, oldest=NOW - 3 * MINUTE)


def test_the_overview_counts_every_state_and_names_what_runs() -> None:
    parent, running = in_parts(State.FAILED, State.QUEUED), make(State.RUNNING, "AAPL")
    make(run_at=NOW - MINUTE)

    found = overview(NOW)

    assert found.states == {"queued": 2, "running": 1, "parts": 1, "done": 0, "failed": 1, "cancelled": 0}
    assert [row.job for row in found.running] == [running, parent]
    assert found.running[1].progress == "1 of 2 parts, 1 failed"
    assert found.oldest == NOW - MINUTE
    assert "worker" in {problem.code for problem in found.problems}


def test_where_nothing_waits_nothing_is_oldest() -> None:
    assert overview(NOW).oldest is None


def test_workers_are_alive_or_silent() -> None:
    beat(worker("here", timedelta(0)))
    beat(worker("gone", 5 * MINUTE))
    ticked()
    swept()

    found = workshop(NOW)

    assert ([one.name for one in found.alive], [one.name for one in found.silent]) == (["here"], ["gone"])
    assert found.ticked_at
    assert found.swept_at
    assert found.reachable


def test_while_redis_is_away_nobody_can_tell_who_works() -> None:
    program = """
from django.utils import timezone
from stocktracker.jobs.overview import workshop
found = workshop(timezone.now())
print(found.reachable, found.alive, found.ticked_at, len(found.queues))
"""

    assert run_python(program, REDIS_URL="redis://127.0.0.1:1/0") == f"False [] None {len(QUEUES)}"
