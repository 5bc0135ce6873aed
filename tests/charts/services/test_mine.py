from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from charts.backtests.request import RequestError, read
from charts.backtests.rules import Allocation, Hold
from charts.services.mine import resolved
from portfolios.models import Holding, Portfolio
from tests.portfolios.given import NOW, listed, quote

pytestmark = pytest.mark.django_db


def mine(portfolio: Portfolio, **rules: object) -> dict[str, object]:
    return {"strategy": {"kind": "portfolio", "portfolio": portfolio.pk, **rules}}


def test_my_portfolio_is_what_it_holds_at_the_latest_quotes(
    user: User, portfolio: Portfolio, held: Callable[..., Holding]
) -> None:
    for symbol, quantity, price in (("AAPL", 3, "100"), ("VTI", 1, "700")):
        row = listed(symbol)
        quote(row, price)
        held(row, quantity)

    request = read(resolved(mine(portfolio), user, NOW))

    assert request.strategy == Hold({"AAPL": 0.3, "VTI": 0.7})
    assert (request.cash, request.currency) == (1000.0, "USD")


def test_rebalanced_it_is_an_allocation_and_what_the_request_says_stays(
    user: User, portfolio: Portfolio, held: Callable[..., Holding]
) -> None:
    row = listed("VTI")
    quote(row, "700")
    held(row, 1)

    request = read(resolved(mine(portfolio, every="quarter") | {"cash": 50}, user, NOW))

    assert isinstance(request.strategy, Allocation)
    assert request.strategy.every == "quarter"
    assert request.cash == 50


def test_what_was_sold_short_cannot_be_held(user: User, portfolio: Portfolio, held: Callable[..., Holding]) -> None:
    for symbol, quantity in (("AAPL", -3), ("VTI", 1)):
        row = listed(symbol)
        quote(row, "100")
        held(row, quantity)

    assert read(resolved(mine(portfolio), user, NOW)).strategy == Hold({"VTI": 1.0})


@pytest.mark.parametrize("pk", [None, "1", True, 10**12, -1])
def test_no_other_portfolio_is_found(user: User, pk: object) -> None:
    with pytest.raises(RequestError, match=r"strategy\.portfolio: You have no such portfolio"):
        resolved({"strategy": {"kind": "portfolio", "portfolio": pk}}, user, NOW)


def test_another_s_and_an_empty_one_are_told(user: User, portfolio: Portfolio) -> None:
    with pytest.raises(RequestError, match="You have no such portfolio"):
        resolved(mine(portfolio), User.objects.create_user("eve"), NOW)
    with pytest.raises(RequestError, match="«Family» holds nothing"):
        resolved(mine(portfolio), user, NOW)


def test_any_other_request_is_as_it_was(user: User) -> None:
    given: tuple[object, ...] = (None, [], {"strategy": "x"}, {"strategy": {"kind": "hold"}})
    for data in given:
        assert resolved(data, user, NOW) is data


def test_parts_that_round_are_still_a_whole(user: User, portfolio: Portfolio, held: Callable[..., Holding]) -> None:
    for number in range(7):
        row = listed(f"S{number}")
        quote(row, str(Decimal(100) + Decimal(number) / 7))
        held(row, 1)

    assert isinstance(read(resolved(mine(portfolio), user, NOW)).strategy, Hold)
