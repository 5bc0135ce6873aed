from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.models import Portfolio
from pricing.models import Quote
from pricing.simulator.control import Market

pytestmark = pytest.mark.django_db


def test_the_figures_are_those_of_the_page(
    signed_in: Client, invested: Portfolio, market: Market, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(6):  # session, user, portfolio; holdings, sessions, jobs
        told = signed_in.get(f"/api/dashboard-initial-data/{invested.pk}").json()

    page = signed_in.get(f"/portfolios/{invested.pk}/").content.decode()
    assert f"${told['total']:,.2f}".partition(".")[0] in page
    assert told["figures"] == invested.snapshot.figures
    assert told["currency"] == "USD"
    assert market.requests() == []


def test_holdings_come_with_their_freshness(signed_in: Client, invested: Portfolio) -> None:
    told = signed_in.get(f"/api/dashboard-holdings-data/{invested.pk}").json()

    row = next(row for row in told["holdings"] if row["symbol"] == "AAPL")
    assert row["value"] == row["quantity"] * row["price"]
    assert row["freshness"] in {"fresh", "cached", "stale"}
    assert row["fetched_at"]


@pytest.mark.parametrize("what", ["initial", "holdings"])
def test_who_has_it_already_is_told_so_until_a_price_changes(signed_in: Client, invested: Portfolio, what: str) -> None:
    address = f"/api/dashboard-{what}-data/{invested.pk}"
    tag = signed_in.get(address)["ETag"]

    again = signed_in.get(address, headers={"if-none-match": tag})
    Quote.objects.update(price=1)
    changed = signed_in.get(address, headers={"if-none-match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, changed["ETag"] != tag) == (200, True)


@pytest.mark.parametrize("what", ["initial", "holdings", "chart"])
def test_it_is_the_owners_alone(signed_in: Client, client: Client, user: User, what: str) -> None:
    his = Portfolio.objects.create(owner=User.objects.create(username="bob"), name="His")

    assert signed_in.get(f"/api/dashboard-{what}-data/{his.pk}").status_code == 404
    assert Client().get(f"/api/dashboard-{what}-data/{his.pk}").status_code == 401
