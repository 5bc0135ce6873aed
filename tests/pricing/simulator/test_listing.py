"""How Yahoo describes an instrument."""

from datetime import UTC, datetime

from pricing.simulator.instruments import named
from pricing.simulator.listing import gmt_offset, identity, suggestion

vodafone = next(one for one in named() if one.symbol == "VOD.L")


def test_an_instrument_is_described_with_its_exchange_and_its_currency() -> None:
    listed = identity(vodafone)

    assert (listed["symbol"], listed["currency"], listed["exchange"]) == ("VOD.L", "GBp", "LSE")
    assert listed["exchangeTimezoneName"] == "Europe/London"
    assert listed["firstTradeDateMilliseconds"] % 1000 == 0


def test_a_suggestion_spells_its_names_in_small_letters() -> None:
    assert suggestion(vodafone)["longname"] == "Vodafone Group Plc"


def test_the_offset_follows_summer_time() -> None:
    assert gmt_offset(vodafone, datetime(2026, 7, 1, tzinfo=UTC)) == 3600
    assert gmt_offset(vodafone, datetime(2026, 12, 1, tzinfo=UTC)) == 0
