from datetime import date
from decimal import Decimal

import pytest

from portfolios.accounting.findings import Fill, odd_prices


def fill(price: str, low: str = "100", high: str = "110") -> Fill:
    return Fill("7", date(2024, 6, 3), "AAPL", Decimal(price), Decimal(low), Decimal(high), "USD")


@pytest.mark.parametrize("price", ["90", "100", "105", "121"])
def test_a_price_in_or_near_the_range_of_its_day_is_fine(price: str) -> None:
    assert odd_prices([fill(price)]) == []


@pytest.mark.parametrize("price", ["89.9", "121.1", "1.05", "10500"])
def test_a_price_far_from_it_is_told_with_the_range(price: str) -> None:
    [finding] = odd_prices([fill("105"), fill(price)])

    assert (finding.kind, finding.day) == ("price", date(2024, 6, 3))
    assert finding.message == (
        f"AAPL was traded on 2024-06-03 at {Decimal(price)} USD, but that day's prices were 100 to 110. "
        "Check the price, the date and the currency."
    )


def test_a_day_without_a_real_price_says_nothing() -> None:
    assert odd_prices([fill("105", low="0", high="0")]) == []
