from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from portfolios.models import Holding
from portfolios.services.holdings import rescale
from pricing.models import Instrument, Quote

pytestmark = pytest.mark.django_db

Held = Callable[..., Holding]
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(("shares", "quantity", "price"), [(4.0, 40, "25.25"), (0.1, 1, "1010"), (1.5, 15, "67.33333")])
def test_a_split_changes_shares_and_prices_and_no_value(
    held: Held, apple: Instrument, shares: float, quantity: int, price: str
) -> None:
    held(apple, 10, last_price=100)
    coke = Instrument.objects.create(symbol="KO")
    held(coke, 7)
    for instrument in (apple, coke):
        Quote.objects.create(instrument=instrument, price=101, previous_close=100, at=NOW, fetched_at=NOW)

    rescale(apple, shares)

    holding, quote = Holding.objects.get(instrument=apple), Quote.objects.get(instrument=apple)
    assert holding.quantity == quantity
    assert quote.price == pytest.approx(Decimal(price), abs=Decimal("0.00001"))
    assert holding.quantity * quote.price == pytest.approx(Decimal(1010))
    assert holding.quantity * holding.last_price == pytest.approx(Decimal(1000))
    assert (quote.open, quote.previous_close) == (None, pytest.approx(Decimal(100) / Decimal(str(shares))))
    assert Holding.objects.get(instrument=coke).quantity == 7
    assert Quote.objects.get(instrument=coke).price == 101
