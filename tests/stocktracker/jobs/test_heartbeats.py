import os
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from stocktracker.jobs.heartbeats import (
    EVERY_SECONDS,
    Heart,
    Signs,
    WorkerBeat,
    beat,
    farewell,
    memory_of,
    name_of,
    read_signs,
    swept,
    ticked,
)
from stocktracker.redis import store
from tests.processes import run_python

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)


def worker(name: str = "celery@host/7", ago: float = 0) -> WorkerBeat:
    at = NOW - timedelta(seconds=ago)
    return WorkerBeat(name, at, at - timedelta(hours=1), concurrency=2, running=1, memory_mb=141.5)


class Timer:
    """Of Celery: remembers what it was asked to repeat."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, object]] = []

    def call_repeatedly(self, seconds: float, what: object) -> None:
        self.asked.append((seconds, what))


def test_what_a_worker_says_is_read_as_it_was_said() -> None:
    beat(worker())
    beat(worker("celery@host/8"))

    assert read_signs().workers == [worker(), worker("celery@host/8")]


@pytest.mark.parametrize("told", ["no JSON", "[]", "{}", '{"name": "a", "at": 7, "started_at": "", "age": 3}'])
def test_words_of_another_version_are_passed_over(told: str) -> None:
    store().hset("workers", "other", told)
    beat(worker())

    assert read_signs().workers == [worker()]


def test_a_worker_that_has_not_spoken_for_twenty_seconds_is_not_alive() -> None:
    silent, alive = worker("a", ago=21), worker("b", ago=19)

    assert Signs([silent, alive], None, None).alive(NOW) == [alive]


def test_who_says_farewell_is_gone_and_the_long_forgotten_go_along() -> None:
    for one in (worker("leaving"), worker("staying", ago=3000), worker("forgotten", ago=4000)):
        beat(one)

    farewell("leaving")

    assert [one.name for one in read_signs().workers] == ["staying"]


def test_beats_ticks_and_sweeps_are_remembered_with_their_time() -> None:
    before = read_signs()

    ticked()
    swept()

    after = read_signs()
    assert (before.ticked_at, before.swept_at) == (None, None)
    assert after.ticked_at is not None
    assert after.swept_at is not None
    assert abs((datetime.now(UTC) - after.ticked_at).total_seconds()) < 60
    assert after.swept_at >= after.ticked_at


def test_a_heart_beats_at_once_and_by_celerys_timer() -> None:
    timer = Timer()
    pool = SimpleNamespace(info={"max-concurrency": 3, "processes": [os.getpid()]})
    heart = Heart(SimpleNamespace(hostname="celery@here", pool=pool, timer=timer))

    heart.start()

    (said,) = read_signs().workers
    assert timer.asked == [(EVERY_SECONDS, heart)]
    assert (said.name, said.concurrency, said.running) == (name_of("celery@here"), 3, 0)


def test_memory_is_of_all_processes_together_and_unknown_where_one_cannot_be_read() -> None:
    alone = memory_of([os.getpid()])

    assert alone is None or alone > 10
    assert memory_of([2**30]) is None


def test_while_redis_is_away_nobody_fails() -> None:
    program = """
from datetime import UTC, datetime
from stocktracker.jobs.heartbeats import WorkerBeat, beat, farewell, swept, ticked
beat(WorkerBeat("a", datetime.now(UTC), datetime.now(UTC), 1, 0, None))
farewell("a")
ticked()
swept()
print("well")
"""

    assert run_python(program, REDIS_URL="redis://127.0.0.1:1/0").endswith("well")
