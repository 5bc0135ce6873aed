from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from portfolios.live import totals
from portfolios.models import Holding, Portfolio
from portfolios.valuation import value_holding
from pricing.models import Quote
from tests.portfolios.given import NOW, listed, quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def mixed(portfolio: Portfolio, held: Callable[..., Holding]) -> Portfolio:
    """Dollars, pence, euros, a share without a quote, and one whose rate has none."""
    pound, euro, yen = listed("GBPUSD=X"), listed("EURUSD=X"), listed("JPYUSD=X")
    quote(pound, "1.25", "1.20")
    quote(euro, "1.10")
    for symbol, currency, rate, price, before in (
        ("AAPL", "USD", None, "190", "180"), ("VOD.L", "GBp", pound, "71.20", "70"),
        ("SAP.DE", "EUR", euro, "100", None),
        ("NEW", "USD", None, None, None), ("7203.T", "JPY", yen, "3000", None), ("ZERO", "USD", None, "5", "0"),
    ):  # fmt: skip
        share = listed(symbol, currency=currency)
        if price:
            quote(share, price, before)
        held(share, 10, rate=rate, last_price=Decimal(7))
    return portfolio


def test_a_total_is_the_sum_of_what_pages_show(mixed: Portfolio) -> None:
    rows = mixed.holdings.select_related("portfolio", "instrument__quote", "rate__quote")
    shown = [value_holding(row, {}, NOW, refused=False) for row in rows]

    (total,) = totals([mixed.pk]).values()

    assert total.value == sum(row.value for row in shown)
    assert total.day_change == sum(row.day_change for row in shown) != 0


def test_many_are_valued_in_one_query_each_for_itself(
    mixed: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    other = Portfolio.objects.create(owner=mixed.owner, name="Other")
    share = mixed.holdings.get(instrument__symbol="AAPL")
    Holding.objects.create(
        portfolio=other, instrument=share.instrument, quantity=1, cost=1, average_cost=1, realised=0, income=0,
        last_price=1,
    )  # fmt: skip

    with django_assert_num_queries(1):
        found = totals([mixed.pk, other.pk, 0])

    assert set(found) == {mixed.pk, other.pk}
    assert found[other.pk].value == 190
    Quote.objects.filter(instrument=share.instrument).update(price=200)
    assert totals([other.pk])[other.pk].value == 200
