from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.pages.members import members_of
from portfolios.services.portfolios import create_portfolio
from tests.portfolios.given import bars, listed, quote, rebuilt, typed

pytestmark = pytest.mark.django_db


def test_each_member_says_what_it_is_worth_with_its_cash(
    user: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    bank, plain = (create_portfolio(user, name, "USD", tracks_cash=name == "Bank") for name in ("Bank", "Plain"))
    share = listed("AAPL")
    bars(share, {"2024-06-03": 100.0})
    typed(bank, Kind.DEPOSIT, "2024-06-03", amount="250")
    typed(bank, Kind.BUY, "2024-06-03", share, "2", price="100")
    rebuilt(bank)
    quote(share, "120", "110")
    combined = Portfolio.objects.get(is_combined=True)

    with django_assert_num_queries(2):
        told = {one.portfolio: (one.value, one.day_change) for one in members_of(combined)}

    assert told == {bank: (Decimal(290), Decimal(20)), plain: (Decimal(0), Decimal(0))}


def test_an_ordinary_portfolio_has_none(portfolio: Portfolio, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        assert members_of(portfolio) == []
