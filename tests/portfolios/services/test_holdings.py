from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from portfolios.models import Alert, Holding, Portfolio
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


def test_members_are_locked_before_the_combined_one_as_by_whoever_changes_a_ledger(
    user: User, held: Held, apple: Instrument, django_assert_num_queries: Callable[..., Any]
) -> None:
    """Whatever their numbers are: `changed` locks a member, and the combined one by following it."""
    combined = Portfolio.objects.create(owner=user, is_combined=True)
    for portfolio in (combined, Portfolio.objects.create(owner=user, name="Later")):
        held(apple, 1, portfolio=portfolio)

    with django_assert_num_queries(5) as asked:
        rescale(apple, 2.0)

    order = asked.captured_queries[0]["sql"].partition("ORDER BY")[2]
    assert order.index("is_combined") < order.index('"id"')


def test_alerts_wait_for_the_price_of_new_shares_and_for_the_same_change(user: User, apple: Instrument) -> None:
    coke = Instrument.objects.create(symbol="KO")
    for kind, instrument in (("above", apple), ("move", apple), ("above", coke)):
        Alert.objects.create(user=user, instrument=instrument, kind=kind, threshold=200, active=kind == "above")

    went_off = Alert.objects.create(
        user=user, instrument=apple, kind="above", threshold=200, active=False, triggered_at=NOW, triggered_price=220
    )

    rescale(apple, 4.0)

    went_off.refresh_from_db()
    assert went_off.sentence == "AAPL is at $55.00, at or above $50.00"
    went_off.delete()
    thresholds = Alert.objects.order_by("pk").values_list("kind", "instrument__symbol", "threshold")
    assert list(thresholds) == [("above", "AAPL", 50), ("move", "AAPL", 200), ("above", "KO", 200)]
