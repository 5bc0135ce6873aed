from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portfolios.models import Portfolio
from pricing.simulator.control import Market

pytestmark = pytest.mark.django_db


def test_performance_takes_so_many_queries_and_no_request(
    signed_in: Client, invested: Portfolio, market: Market, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(5):  # session, user, portfolio with its snapshot; the other portfolios; the bar
        page = signed_in.get(f"/portfolios/{invested.pk}/performance/").content.decode()

    for shown in ("Monthly returns", "Drops from the peak", "Contribution to the return", "Accounts"):
        assert shown in page
    assert f"/portfolios/{invested.pk}/explain/twr/" in page
    assert market.requests() == []


def test_without_figures_it_says_what_to_do(signed_in: Client, portfolio: Portfolio) -> None:
    page = signed_in.get(f"/portfolios/{portfolio.pk}/performance/").content.decode()

    assert "No figures yet" in page
    assert "Add the first trade" in page
