from datetime import date

import pytest

from pricing import gateway
from pricing.gateway import RefusedError
from pricing.models import Instrument, Split
from pricing.services.identify import PriceSource
from pricing.simulator.control import Market
from pricing.upstream.client import RateLimited

pytestmark = pytest.mark.django_db


@pytest.fixture
def warm(market: Market) -> Market:
    """Cookie and crumb are there; nothing is in the log."""
    list(gateway.quotes(["AAPL"]))
    market.reset_log()
    return market


def test_symbols_without_a_quote_are_unknown_and_nothing_is_stored(warm: Market) -> None:
    assert PriceSource().unknown(["AAPL", "NOSUCH", "VOD.L"]) == {"NOSUCH"}
    assert not Instrument.objects.exists()


def test_fifty_symbols_are_one_request_and_none_is_none(warm: Market) -> None:
    source = PriceSource()

    source.unknown([])
    source.unknown([f"SYM{number}" for number in range(60)] * 2)

    assert warm.summary() == {"quote": 2}


def test_splits_are_told_with_their_dates_oldest_first_in_one_request(warm: Market) -> None:
    assert PriceSource().splits("AAPL") == [(date(2014, 6, 9), 7.0, 1.0), (date(2020, 8, 31), 4.0, 1.0)]
    assert warm.summary() == {"chart": 1}


def test_an_unknown_symbol_has_no_splits(warm: Market) -> None:
    assert PriceSource().splits("NOSUCH") == []


def test_a_source_that_refuses_gives_no_answer_instead_of_a_wrong_one(warm: Market) -> None:
    warm.throttle(requests=1)

    with pytest.raises(RateLimited):
        PriceSource().unknown(["AAPL"])
    with pytest.raises(RefusedError):
        PriceSource().unknown(["AAPL"])


def test_what_is_priced_from_files_is_known_and_not_asked_for(warm: Market) -> None:
    house = Instrument.objects.create(symbol="NOSUCH", status=Instrument.Status.MANUAL)
    Split.objects.create(instrument=house, ex_date=date(2024, 6, 3), numerator=3, denominator=1)

    assert PriceSource().unknown(["NOSUCH"]) == set()
    assert PriceSource().splits("NOSUCH") == [(date(2024, 6, 3), 3.0, 1.0)]
    assert warm.summary() == {}
