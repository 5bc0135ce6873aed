import socket
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from stocktracker.jobs.heartbeats import WorkerBeat, beat, ticked
from stocktracker.redis import store

pytestmark = pytest.mark.django_db


def alive(process: str) -> str:
    said = StringIO()
    call_command("alive", process, stdout=said)
    return said.getvalue()


def beats(name: str, seconds_ago: int) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    beat(WorkerBeat(name, at, at, 2, 0, None))


def test_a_worker_lives_as_long_as_its_own_heart_beats() -> None:
    beats("celery@elsewhere/1", 0)
    beats(f"celery@{socket.gethostname()}/1", 60)
    with pytest.raises(CommandError, match="has given no sign"):
        alive("worker")

    beats(f"celery@{socket.gethostname()}/1", 1)

    assert "alive" in alive("worker")


def test_beat_lives_as_long_as_it_ticks() -> None:
    store().set("beat:ticked", (timezone.now() - timedelta(minutes=2)).timestamp())
    with pytest.raises(CommandError, match="has not ticked"):
        alive("beat")

    ticked()

    assert "alive" in alive("beat")


def test_an_outage_of_redis_is_no_reason_to_restart_anybody(settings: Settings) -> None:
    store.cache_clear()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    try:
        assert "a restart would not help" in alive("worker")
    finally:
        store.cache_clear()
