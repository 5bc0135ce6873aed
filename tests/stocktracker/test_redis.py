import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from stocktracker.redis import Impatience, store
from tests.processes import run_python


def test_text_goes_in_and_comes_out() -> None:
    store().set("greeting", "grüezi", ex=10)

    assert store().get("greeting") == "grüezi"


def test_one_process_has_one_client() -> None:
    assert store() is store()


def test_a_redis_that_is_away_is_an_error_within_a_moment() -> None:
    program = """
import time, redis
from stocktracker.redis import store
started = time.perf_counter()
try:
    store().get("anything")
except redis.RedisError as error:
    print(type(error).__name__, time.perf_counter() - started < 1)
"""

    assert run_python(program, REDIS_URL="redis://127.0.0.1:1/0") == "ConnectionError True"


def test_a_redis_that_hangs_is_an_error_within_three_seconds() -> None:
    program = """
import socket, time, redis
from django.conf import settings
from stocktracker.redis import store
with socket.create_server(("127.0.0.1", 0)) as silent:
    settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
    started = time.perf_counter()
    try:
        store().get("anything")
    except redis.RedisError as error:
        print(type(error).__name__, time.perf_counter() - started < 3)
"""

    assert settings.REDIS_URL
    assert run_python(program) == "TimeoutError True"


HANGING = """
import socket, time, redis, threading
from django.conf import settings
from stocktracker.redis import store
with socket.create_server(("127.0.0.1", 0)) as silent:
    settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
    def asked():
        started = time.perf_counter()
        try:
            store().get("anything")
        except redis.RedisError:
            return time.perf_counter() - started
    first = asked()
    print(first > 0.25, max(asked() for _ in range(20)) < 0.1)
"""


def test_after_a_silence_nobody_waits_again_for_a_while() -> None:
    assert run_python(HANGING) == "True True"


def test_after_the_while_it_is_asked_again() -> None:
    clock = iter([0.0, 0.0, 1.9, 2.1])
    impatience = Impatience(clock=lambda: next(clock))
    asked: list[int] = []

    def silence() -> None:
        asked.append(1)
        raise redis.TimeoutError

    for _ in range(2):
        with pytest.raises(redis.TimeoutError):
            impatience.call_with_retry(silence, lambda _error: None)
    answer = impatience.call_with_retry(lambda: "back", lambda _error: None)

    assert (len(asked), answer) == (1, "back")


def test_a_connection_that_broke_is_tried_once_more_at_once() -> None:
    """As after a restart of Redis: the first command on an old connection always fails."""
    failures = [redis.ConnectionError()]

    def ask() -> str:
        if failures:
            raise failures.pop()
        return "back"

    assert Impatience().call_with_retry(ask, lambda _error: None) == "back"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in life; other tests have patience."""
    monkeypatch.setattr("stocktracker.redis.PATIENCE_SECONDS", 0.3)
    store.cache_clear()
    yield
    store.cache_clear()


def test_an_answer_that_came_too_late_is_not_taken_for_the_next_ones(impatient: None) -> None:
    store().set("late", "answer", ex=10)
    store().client_pause(600)
    with pytest.raises(redis.TimeoutError):
        store().get("late")
    end = time.monotonic() + 10

    while True:
        try:
            assert store().get("nobody stored this") is None
        except redis.TimeoutError:
            assert time.monotonic() < end
        else:
            break
