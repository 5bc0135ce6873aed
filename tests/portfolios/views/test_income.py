from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from pricing.models import Instrument
from pricing.simulator.control import Market
from tests.portfolios.given import rebuilt, typed

pytestmark = pytest.mark.django_db


def test_income_is_shown_without_asking_the_market(
    signed_in: Client, invested: Portfolio, market: Market, django_assert_num_queries: Callable[..., Any]
) -> None:
    typed(invested, Kind.DIVIDEND, "2024-06-04", Instrument.objects.get(symbol="AAPL"), amount="19")
    rebuilt(invested)

    with django_assert_num_queries(7):  # session, user, portfolio; proposed, snapshot; the other portfolios; jobs
        page = signed_in.get(f"/portfolios/{invested.pk}/income/").content.decode()

    for shown in ("$19.00", "0.96%", "Income by month", "4 Jun 2024", "Nothing you hold has paid"):
        assert shown in page
    assert market.requests() == []


def test_an_empty_page_offers_one_thing_to_do(signed_in: Client, portfolio: Portfolio) -> None:
    page = signed_in.get(f"/portfolios/{portfolio.pk}/income/").content.decode()

    assert ("No income yet" in page, "Add a dividend" in page) == (True, True)


def test_another_persons_income_does_not_exist(signed_in: Client) -> None:
    other = Portfolio.objects.create(owner=User.objects.create(username="bob"), name="His")

    assert signed_in.get(f"/portfolios/{other.pk}/income/").status_code == 404
