from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from portfolios.models import Alert, Watched
from portfolios.pages.watchlist import watchlist
from pricing.market.freshness import Freshness
from pricing.models import Breaker, Instrument
from tests.portfolios.given import NOW, bars, listed, quote, sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def coke(user: User) -> Instrument:
    """Watched; between 50 and 100 in the year, 75 now after 60."""
    sessions()
    share = listed("KO")
    bars(share, {"2024-05-30": 50.0, "2024-05-31": 100.0, "2024-06-04": 60.0})
    quote(share, "75", "60")
    Watched.objects.create(user=user, instrument=share)
    return share


def test_a_row_is_a_quote_its_change_and_its_place_in_the_year(user: User, coke: Instrument) -> None:
    [row] = watchlist(user, NOW).rows

    assert (row.change, row.position, row.rising, row.freshness) == (0.25, 0.5, True, Freshness.FRESH)
    assert len(row.spark.split()) == 3


def test_what_has_no_quote_and_no_bars_says_nothing(user: User) -> None:
    Watched.objects.create(user=user, instrument=Instrument.objects.create(symbol="NEW"))

    [row] = watchlist(user, NOW).rows

    assert (row.quote, row.change, row.position, row.spark, row.rising) == (None, None, None, "", False)
    assert row.freshness is Freshness.MISSING


def test_while_the_source_refuses_an_old_price_is_stale(user: User, coke: Instrument) -> None:
    opened, later = NOW + timedelta(minutes=4), NOW + timedelta(minutes=6)
    before = watchlist(user, later).rows[0].freshness
    row = Breaker.objects.create(source="yahoo", family="quote")
    row.move(row.circuit.after_failure(opened, 0, weight=5, reason="HTTP 429"), opened)

    assert (before, watchlist(user, later).rows[0].freshness) == (Freshness.CACHED, Freshness.STALE)


def test_alerts_stand_with_their_instrument_and_what_went_off_lately_in_a_list(user: User, coke: Instrument) -> None:
    other = User.objects.create(username="bob")
    Alert.objects.create(user=other, instrument=coke, threshold=1)
    waiting = Alert.objects.create(user=user, instrument=coke, threshold=100)
    told = [
        Alert.objects.create(
            user=user, instrument=coke, threshold=60, active=False, triggered_at=NOW - timedelta(days=days)
        )
        for days in (1, 2, 91)
    ]

    page = watchlist(user, NOW)

    assert page.rows[0].alerts == [*told, waiting]
    assert page.told == told[:2]


def test_four_queries_however_much_is_watched(
    user: User, coke: Instrument, django_assert_num_queries: Callable[..., Any]
) -> None:
    for symbol in ("PEP", "PFE"):
        Watched.objects.create(user=user, instrument=listed(symbol))

    with django_assert_num_queries(4):
        page = watchlist(user, NOW)
        assert [(row.instrument.symbol, row.position is None) for row in page.rows] == [
            ("KO", False), ("PEP", True), ("PFE", True),
        ]  # fmt: skip
