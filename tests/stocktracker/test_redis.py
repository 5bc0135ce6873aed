from django.conf import settings

from stocktracker.redis import store
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
