"""What companies do and where they are."""

from pricing.simulator.instruments import find, named
from pricing.simulator.profiles import _TABLE, Profile, profile

SECTORS = {
    "Basic Materials", "Communication Services", "Consumer Cyclical", "Consumer Defensive", "Energy",
    "Financial Services", "Healthcare", "Industrials", "Real Estate", "Technology", "Utilities",
}  # fmt: skip


def of(symbol: str) -> Profile | None:
    instrument = find(symbol)
    assert instrument is not None
    return profile(instrument)


def test_named_companies_have_their_real_sector_and_country() -> None:
    assert of("JNJ") == Profile("Healthcare", "Drug Manufacturers - General", "United States")
    assert of("VOD.L") == Profile("Communication Services", "Telecom Services", "United Kingdom")
    assert of("7203.T") == Profile("Consumer Cyclical", "Auto Manufacturers", "Japan")


def test_every_named_company_is_in_the_table_and_nothing_else_has_a_profile() -> None:
    for one in named():
        if one.quote_type == "EQUITY":
            assert one.symbol in _TABLE
        else:
            assert profile(one) is None
    assert {sector for sector, _ in _TABLE.values()} <= SECTORS


def test_invented_companies_are_spread_over_all_sectors_and_stay_in_theirs() -> None:
    invented = [of(f"Q{number}") for number in range(300)]

    assert {one.sector for one in invented if one} == SECTORS
    assert invented == [of(f"Q{number}") for number in range(300)]
    athens = of("OPAP.AT")
    assert athens is not None
    assert athens.country == "Greece"
