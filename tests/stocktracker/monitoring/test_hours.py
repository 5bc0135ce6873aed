from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from stocktracker.metrics import reading
from stocktracker.metrics.series import PRICES, REQUEST, SLOW
from stocktracker.monitoring.hours import DAY, KEPT_FOR, between, by_hour, forget, roll_up
from stocktracker.monitoring.models import Hour
from stocktracker.redis import store

from .counting import counted, timed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def three_hours() -> None:
    counted(NOW - 2 * HOUR, 3, PRICES, "upstream")
    counted(NOW - HOUR, 4, PRICES, "upstream")
    timed(NOW - HOUR, 0.1, REQUEST, "home", "2xx", times=5)
    timed(NOW - HOUR, 0.1, SLOW, "0123")
    counted(NOW, 5, PRICES, "upstream")


def test_hours_that_have_ended_are_carried_over_once() -> None:
    first, again = roll_up(NOW), roll_up(NOW)

    assert first == again == 3
    stored = {(row.at.hour, row.series): row.numbers for row in Hour.objects.all()}
    assert set(stored) == {(13, "prices|upstream"), (14, "prices|upstream"), (14, "request|home|2xx")}
    assert stored[14, "prices|upstream"] == {"n": 4}
    assert stored[14, "request|home|2xx"]["us"] == 500_000


def test_an_hour_is_not_carried_over_while_somebody_may_still_add_to_it() -> None:
    roll_up(NOW.replace(minute=5))

    assert {row.at.hour for row in Hour.objects.all()} == {13}


def test_a_stretch_is_whole_whether_redis_still_has_it_or_not(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    before = between(NOW - DAY, NOW, PRICES).amount(PRICES, "upstream")
    roll_up(NOW)
    with django_assert_num_queries(1):
        both = between(NOW - DAY, NOW, PRICES).amount(PRICES, "upstream")
    store().flushdb()
    reading.forget()  # as another process
    stored = between(NOW - DAY, NOW, PRICES).amount(PRICES, "upstream")

    assert (before, both, stored) == (12, 12, 7)


def test_families_can_be_left_out() -> None:
    roll_up(NOW)

    assert between(NOW - DAY, NOW, REQUEST).labels(PRICES) == []
    assert [numbers.timing(REQUEST).count for _, numbers in by_hour(NOW - DAY, NOW, REQUEST)] == [5]


def test_without_redis_there_is_what_was_carried_over(settings: Settings) -> None:
    roll_up(NOW)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    store.cache_clear()
    try:
        found = between(NOW - DAY, NOW, PRICES).amount(PRICES, "upstream")
    finally:
        store.cache_clear()

    assert found == 7


def test_what_is_ninety_days_old_is_forgotten() -> None:
    Hour.objects.create(at=NOW - KEPT_FOR - HOUR, series="prices|upstream", numbers={"n": 1})
    Hour.objects.create(at=NOW - KEPT_FOR + HOUR, series="prices|upstream", numbers={"n": 1})

    assert forget(NOW) == 1
    assert Hour.objects.count() == 1
