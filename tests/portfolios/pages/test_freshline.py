from datetime import timedelta

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from pricing.market.freshness import Freshness
from pricing.models import Breaker, Instrument
from tests.portfolios.given import NOW, dashboard_of, listed, rebuilt, typed

pytestmark = pytest.mark.django_db


def test_fresh_prices_say_their_age_while_an_exchange_trades(two_shares: Portfolio) -> None:
    found = dashboard_of(two_shares, minutes=2)

    assert (found.freshline.state, found.freshline.text) == (Freshness.FRESH, "Prices 2 min old")
    assert (found.market, found.market_open) == ("NYSE open, closes in 4 h 58 min", True)
    assert found.day_label == "today"


def test_after_the_close_the_last_prices_are_closing_prices(two_shares: Portfolio) -> None:
    for instrument in Instrument.objects.select_related("quote"):
        instrument.quote.fetched_at = NOW + timedelta(hours=6)
        instrument.quote.save()

    found = dashboard_of(two_shares, hours=7)

    assert found.freshline.text == "Closing prices"
    assert found.market == "NYSE closed, opens Thu 6 Jun, 09:30 ET"


def test_prices_of_this_morning_are_older_than_we_aim_for(two_shares: Portfolio) -> None:
    found = dashboard_of(two_shares, hours=2)

    assert (found.freshline.state, found.freshline.text) == (Freshness.CACHED, "Prices 2 h 00 min old")


def test_prices_of_another_day_are_stale_and_the_label_names_the_day(two_shares: Portfolio) -> None:
    found = dashboard_of(two_shares, days=2)

    assert (found.freshline.state, found.freshline.text) == (Freshness.STALE, "Stale: prices 2 days old")
    assert found.day_label == "on Wed 5 Jun"


def test_while_the_source_is_paused_the_page_says_why(two_shares: Portfolio) -> None:
    Breaker.objects.create(
        source="yahoo",
        family="quote",
        state="open",
        open_until=NOW + timedelta(hours=3),
        reason="RateLimited: 429",
    )

    found = dashboard_of(two_shares, hours=1)

    assert (found.freshline.state, found.freshline.reason) == (Freshness.STALE, "RateLimited: 429")
    assert "RateLimited: 429" in found.freshline.hint
    assert "next refresh" not in found.freshline.hint
    assert dashboard_of(two_shares, hours=4).freshline.reason == ""


def test_a_security_without_a_price_is_counted(two_shares: Portfolio) -> None:
    typed(two_shares, Kind.BUY, "2024-06-04", listed("NEW", status=Instrument.Status.NEW), "1", price="50")
    rebuilt(two_shares)

    found = dashboard_of(two_shares)

    assert (found.freshline.state, found.freshline.text) == (Freshness.MISSING, "1 without a price yet")
    assert found.total == 1989 + 50


def test_the_chip_names_its_source_its_time_and_the_next_refresh(two_shares: Portfolio) -> None:
    trading, closed = dashboard_of(two_shares, minutes=2).freshline, dashboard_of(two_shares, hours=9).freshline

    assert trading.hint.endswith("oldest price asked for Wed 5 Jun, 11:00 ET; next refresh Wed 5 Jun, 11:05 ET")
    assert closed.hint.endswith("next refresh Thu 6 Jun, 09:30 ET")
