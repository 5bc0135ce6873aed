from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from pricing.models import Instrument
from pricing.ranges import SESSIONS, Range, ranges
from tests.portfolios.given import bars

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 5)


def test_the_year_and_the_last_sessions_take_one_query(
    apple: Instrument, django_assert_num_queries: Callable[..., Any]
) -> None:
    other = Instrument.objects.create(symbol="KO")
    closes = {(TODAY - timedelta(days=400)).isoformat(): 999.0}
    closes |= {(TODAY - timedelta(days=day)).isoformat(): 100.0 + day for day in range(40)}
    bars(apple, closes)

    with django_assert_num_queries(1):
        found = ranges([apple.pk, other.pk], TODAY)

    assert (found[apple.pk].low, found[apple.pk].high) == (100.0, 139.0)  # the 999 is more than a year old
    assert found[apple.pk].closes == [float(price) for price in range(129, 99, -1)]
    assert len(found[apple.pk].closes) == SESSIONS
    assert found[other.pk] == Range(None, None, [])


def test_nobody_is_asked_about_nothing(django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        assert ranges([], TODAY) == {}


@pytest.mark.parametrize(("price", "at"), [(100.0, 0.0), (150.0, 0.5), (200.0, 1.0), (250.0, 1.0), (50.0, 0.0)])
def test_a_quote_has_its_place_in_the_range_and_moves_it(price: float, at: float) -> None:
    assert Range(100.0, 200.0, []).position(price) == at


def test_without_a_range_there_is_no_place_in_it() -> None:
    assert (Range(None, None, []).position(1.0), Range(5.0, 5.0, []).position(5.0)) == (None, None)
