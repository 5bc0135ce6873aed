from decimal import Decimal

import pytest

from pricing.market.currencies import as_quoted, major, minor, rate_symbol, unit


def test_pence_are_hundredths_of_a_pound() -> None:
    assert (major("GBp"), unit("GBp")) == ("GBP", Decimal("0.01"))


def test_other_currencies_are_their_own_major_unit() -> None:
    assert (major("EUR"), unit("EUR")) == ("EUR", Decimal(1))


def test_a_rate_says_what_one_unit_of_the_major_currency_costs() -> None:
    assert rate_symbol("GBp", "USD") == "GBPUSD=X"
    assert rate_symbol("EUR", "CHF") == "EURCHF=X"


def test_the_base_currency_needs_no_rate() -> None:
    assert rate_symbol("USD", "USD") is None
    assert rate_symbol("GBp", "GBP") is None


def test_pounds_are_quoted_in_pence() -> None:
    assert (minor("GBP"), minor("ZAR")) == ("GBp", "ZAc")


@pytest.mark.parametrize(
    ("typed", "quoted"), [("usd", "USD"), ("GBp", "GBp"), ("gbp", "GBP"), ("ZAc", "ZAc"), ("ila", "ILA")]
)
def test_a_currency_is_written_as_exchanges_write_it(typed: str, quoted: str) -> None:
    assert as_quoted(typed) == quoted
