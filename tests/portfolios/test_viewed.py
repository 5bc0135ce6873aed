from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from portfolios.viewed import looked_at, viewed_since
from stocktracker.redis import store

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_who_was_looked_at_last_comes_first_and_once() -> None:
    for pk, minutes in ((1, 30), (2, 20), (3, 10), (1, 5)):
        looked_at(pk, NOW - timedelta(minutes=minutes))

    assert viewed_since(NOW - timedelta(minutes=25)) == [1, 3, 2]
    assert viewed_since(NOW - timedelta(minutes=10)) == [1, 3]


def test_what_nobody_has_looked_at_for_two_weeks_is_forgotten() -> None:
    looked_at(1, NOW - timedelta(days=15))
    looked_at(2, NOW)

    assert viewed_since(datetime(2000, 1, 1, tzinfo=UTC)) == [2]


def test_without_redis_nobody_waits_and_nobody_has_looked(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    store.cache_clear()
    try:
        looked_at(1, NOW)
        assert viewed_since(NOW) == []
    finally:
        store.cache_clear()
