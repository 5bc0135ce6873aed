import time
from datetime import UTC, date, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone
from pytest_django import Settings

from pricing import closes as kept
from pricing import counters
from pricing.counters import Layers, count, flush, layers
from pricing.models import Instrument
from stocktracker.redis import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def from_zero() -> None:
    counters._counted.clear()


def today() -> date:
    return timezone.now().astimezone(UTC).date()


def test_what_processes_count_adds_up_by_the_day() -> None:
    for _ in range(2):
        count(memory_hits=3, database_hits=1)
        flush()
    count(upstream=1)

    assert layers(today()) == Layers(memory_hits=6, database_hits=2)
    flush()
    assert layers(today()).upstream == 1
    assert layers(today() - timedelta(days=1)) == Layers()


def test_counts_are_carried_to_redis_every_few_seconds() -> None:
    with patch.object(counters, "_flushed_at", time.monotonic() - counters.FLUSH_SECONDS):
        count(upstream=1)
        first = layers(today()).upstream
        count(upstream=1)

    assert (first, layers(today()).upstream) == (1, 1)


def test_rates_are_of_what_was_asked_and_nothing_asked_has_none() -> None:
    busy = Layers(memory_hits=90, memory_misses=10, database_hits=9, database_misses=1, upstream=1)

    assert (busy.memory_rate, busy.database_rate, busy.hit_rate) == (0.9, 0.9, 0.99)
    assert (Layers().memory_rate, Layers().database_rate, Layers().hit_rate) == (None, None, None)


def test_without_redis_numbers_are_lost_and_nothing_else(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    store.cache_clear()
    try:
        count(upstream=1)
        flush()
        assert layers(today()) == Layers()
    finally:
        store.cache_clear()


def test_closes_read_twice_are_found_in_memory_the_second_time(apple: Instrument) -> None:
    kept.shelf.clear()

    kept.closes([(apple.pk, apple.revision)])
    kept.closes([(apple.pk, apple.revision)])
    flush()

    assert layers(today()) == Layers(memory_hits=1, memory_misses=1)
