from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from pricing import closes as kept
from pricing.counters import Layers, count, flush, layers, layers_of
from pricing.models import Instrument
from stocktracker.metrics.recording import recorder
from stocktracker.metrics.series import Numbers
from stocktracker.monitoring.hours import roll_up
from stocktracker.redis import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def from_zero() -> None:
    recorder.forget()


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


def test_a_day_of_which_redis_knows_nothing_any_more_is_told_by_the_database() -> None:
    count(memory_hits=3)
    flush()
    later = datetime.now(UTC) + timedelta(hours=2)
    roll_up(later)
    store().flushdb()

    assert layers(today()) == Layers(memory_hits=3)


def test_rates_are_of_what_was_asked_and_nothing_asked_has_none() -> None:
    busy = Layers(memory_hits=90, memory_misses=10, database_hits=9, database_misses=1, upstream=1)

    assert (busy.memory_rate, busy.database_rate, busy.hit_rate) == (0.9, 0.9, 0.99)
    assert (Layers().memory_rate, Layers().database_rate, Layers().hit_rate) == (None, None, None)


def test_layers_are_found_in_any_numbers() -> None:
    numbers = Numbers()
    numbers.add({"prices|upstream|n": 2, "prices|humidity|n": 5})

    assert layers_of(numbers) == Layers(upstream=2)


def test_without_redis_there_are_no_numbers_and_nothing_breaks(settings: Settings) -> None:
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
