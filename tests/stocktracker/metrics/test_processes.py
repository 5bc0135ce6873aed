import os
import time

import pytest

from stocktracker.metrics import processes
from stocktracker.metrics.processes import GONE_AFTER_SECONDS, PROCESSES, Process, Sign, alive, memory_mb, say
from stocktracker.redis import store

pytestmark = pytest.mark.django_db  # an empty Redis


def process(kind: str, pid: int, ago: float = 0.0) -> Process:
    return Process(kind, "host", pid, time.time() - ago, time.time() - 60, 70.5, 3)


def test_processes_are_listed_by_kind() -> None:
    for one in (process("worker", 9), process("web", 8), process("web", 7)):
        say(one)

    assert [one.name for one in alive()] == ["web host/7", "web host/8", "worker host/9"]


def test_who_has_fallen_silent_is_forgotten_for_good() -> None:
    say(process("web", 7, ago=GONE_AFTER_SECONDS + 1))
    store().hset(PROCESSES, "of another version", '{"size": 3}')

    assert alive() == []
    assert store().hlen(PROCESSES) == 0


def test_a_process_says_what_it_is_but_not_at_every_call() -> None:
    sign = Sign("beat")

    sign()
    store().delete(PROCESSES)
    sign()

    assert alive() == []
    sign.said_at -= processes.EVERY_SECONDS
    sign()
    (me,) = alive()
    assert (me.kind, me.pid) == ("beat", os.getpid())
    assert me.memory_mb is None or 10 < me.memory_mb < 2_000


def test_nobody_knows_the_memory_of_a_process_that_is_not_there() -> None:
    assert memory_mb(2**30) is None
