import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from pytest_django import Settings

import stocktracker.redis
from stocktracker.metrics import reading, recording
from stocktracker.metrics.recording import MOST_FIELDS, NAMES_KEPT, Recorder
from stocktracker.redis import store

pytestmark = pytest.mark.django_db  # an empty Redis

MINUTE = timedelta(minutes=1)


def counted() -> int:
    return reading.last(MINUTE, datetime.now(UTC)).amount("prices", "upstream")


@pytest.fixture
def away(settings: Settings) -> Callable[[bool], None]:
    """away(True): nobody answers where Redis was; away(False): it is back."""
    there = settings.REDIS_URL

    def move(gone: bool) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0" if gone else there
        store.cache_clear()

    return move


def test_what_is_counted_is_in_redis_after_a_flush() -> None:
    recorder = Recorder()
    recorder.counted(2, "prices", "upstream")
    recorder.timed(0.1, "request", "home", "2xx")
    recorder.timed(0.3, "request", "home", "2xx")
    recorder.flush()

    found = reading.last(MINUTE, datetime.now(UTC))

    assert found.amount("prices", "upstream") == 2
    assert found.timing("request", "home").count == 2
    assert found.timing("request", "home").seconds == pytest.approx(0.4)


def test_two_recorders_add_up_and_a_second_flush_carries_nothing() -> None:
    one, other = Recorder(), Recorder()
    one.counted(2, "prices", "upstream")
    other.counted(3, "prices", "upstream")

    for recorder in (one, other, one):
        recorder.flush()

    assert counted() == 5


def test_many_threads_lose_nothing() -> None:
    recorder = Recorder()

    def count() -> None:
        for _ in range(500):
            recorder.counted(1, "prices", "upstream")
            if _ % 100 == 0:
                recorder.flush()

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorder.flush()

    assert counted() == 4_000


def test_while_redis_is_away_numbers_wait(away: Callable[[bool], None]) -> None:
    recorder = Recorder()
    recorder.counted(2, "prices", "upstream")
    away(True)
    recorder.flush()
    recorder.counted(3, "prices", "upstream")
    recorder.flush()

    away(False)
    recorder.flush()

    assert counted() == 5


def test_a_batch_whose_answer_was_lost_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis did what it was told, and the answer never came."""
    recorder, eval_ = Recorder(), redis.Redis.eval
    recorder.counted(2, "prices", "upstream")

    def deaf(*args: Any) -> None:
        eval_(*args)
        raise redis.TimeoutError

    monkeypatch.setattr(redis.Redis, "eval", deaf)
    recorder.flush()
    monkeypatch.undo()
    recorder.flush()

    assert counted() == 2


@pytest.mark.parametrize("passed", [NAMES_KEPT, -3600], ids=["later", "by a clock that was put back"])
def test_what_redis_may_have_forgotten_the_name_of_is_not_sent_again(away: Callable[[bool], None], passed: int) -> None:
    now = [time.time()]
    recorder = Recorder(lambda: now[0])
    recorder.counted(2, "prices", "upstream")
    away(True)
    recorder.flush()

    now[0] += passed
    away(False)
    recorder.flush()

    assert counted() == 0


def test_a_long_outage_does_not_fill_the_memory() -> None:
    now = [0.0]
    recorder = Recorder(lambda: now[0])
    for minute in range(4):
        now[0] = minute * 60.0
        for number in range(MOST_FIELDS // 2):
            recorder.counted(1, "prices", str(number))

    kept = {minute: len(amounts) for minute, amounts in recorder._counted.items()}

    assert kept == dict.fromkeys([1, 2, 3], MOST_FIELDS // 2)


def test_a_child_does_not_carry_what_its_parent_counted() -> None:
    recording.recorder.forget()
    recording.counted(2, "prices", "upstream")
    child = os.fork()
    if child == 0:
        stocktracker.redis.store.cache_clear()  # two processes never share a connection
        recording.flush()
        os._exit(0)
    os.waitpid(child, 0)

    recording.flush()

    assert counted() == 2


def test_in_the_background_a_thread_carries_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "EVERY_SECONDS", 0.05)
    monkeypatch.setattr(recording, "_carriers", set())
    called = threading.Event()
    recording.in_background(called.set)
    recording.in_background(called.set)
    recording.counted(2, "prices", "upstream")

    assert called.wait(5)
    end = time.monotonic() + 5
    while counted() != 2 and time.monotonic() < end:
        called.clear()
        called.wait(1)

    assert counted() == 2
    assert sum(thread.name == "metrics" for thread in threading.enumerate()) == 1
