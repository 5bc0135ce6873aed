from decimal import Decimal

from pricing.market.currencies import major, rate_symbol, unit


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
