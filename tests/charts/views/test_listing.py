from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pricing.simulator.control import Market
from tests.charts.given import computed, hold, walk

pytestmark = pytest.mark.django_db


def test_an_empty_list_says_what_will_be_here(signed_in: Client) -> None:
    page = signed_in.get("/backtests/?symbol=KO").content.decode()

    for said in ("What you test will be listed here", "A strategy you save goes on", "can be shared by a link"):
        assert said in page
    assert "/backtests/new/hold/?symbol=KO" in page


def test_results_are_listed_with_few_queries_and_without_the_market(
    signed_in: Client, user: User, market: Market, django_assert_num_queries: Callable[..., Any]
) -> None:
    walk("AAA")
    row = computed(user, hold("AAA"))

    with django_assert_num_queries(7):  # session, user; latest, strategies, shares; of every page
        page = signed_in.get("/backtests/").content.decode()

    assert f"/backtests/{row.key}/" in page
    assert market.requests() == []
