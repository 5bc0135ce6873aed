from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from pricing.models import Finding, Instrument
from pricing.simulator.control import Market
from tests.portfolios.given import NOW, bars, listed, quote, rebuilt, typed

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_page_shows_price_position_trades_and_quality(signed_in: Client, invested: Portfolio) -> None:
    apple = Instrument.objects.get(symbol="AAPL")
    Finding.objects.create(instrument=apple, kind="gap", day="2024-06-01", message="No price of 1 June.", found_at=NOW)

    page = text(signed_in.get(f"/portfolios/{invested.pk}/instruments/AAPL/"))

    assert "AAPL plc" in page
    assert '$190<span class="cents">.00</span>' in page
    assert "average cost $150.00" in page
    assert "+$400" in page
    assert "95.5% of the portfolio" in page
    assert f"/portfolios/{invested.pk}/transactions/" in page
    assert "No price of 1 June." in page
    assert 'data-average="150.000000"' in page
    assert 'data-range="Max" data-start="0001-01-01" aria-pressed="true"' in page


def test_it_takes_so_many_queries_and_no_request(
    signed_in: Client, invested: Portfolio, market: Market, django_assert_num_queries: Callable[..., Any]
) -> None:
    # session, user, portfolio, instrument, nine of the page, and what is on every page: portfolios, jobs, alerts
    with django_assert_num_queries(15):
        answer = signed_in.get(f"/portfolios/{invested.pk}/instruments/AAPL/")

    assert answer.status_code == 200
    assert market.requests() == []


@pytest.mark.parametrize("symbol", ["BRK-B", "VOD2.L", "^GSPC", "EURUSD=X"])
def test_symbols_have_all_kinds_of_signs(signed_in: Client, portfolio: Portfolio, symbol: str) -> None:
    share = listed(symbol)
    bars(share, {"2024-06-03": 1.0})
    typed(portfolio, Kind.BUY, "2024-06-03", share, "1", price="1")
    rebuilt(portfolio)
    address = reverse("instrument", args=[portfolio.pk, symbol])

    page = signed_in.get(address)

    assert page.status_code == 200
    assert reverse("bars", args=[portfolio.pk, symbol]) in text(page)


def test_what_was_sold_has_a_page_too(signed_in: Client, invested: Portfolio) -> None:
    typed(invested, Kind.SELL, "2024-06-04", Instrument.objects.get(symbol="AAPL"), "10", price="190")
    rebuilt(invested)

    page = text(signed_in.get(f"/portfolios/{invested.pk}/instruments/AAPL/"))

    assert "everything is sold" in page
    assert "Closed lots" in page


def test_before_the_first_prices_the_page_says_so(signed_in: Client, portfolio: Portfolio) -> None:
    typed(portfolio, Kind.BUY, "2024-06-03", listed("NEWCO"), "10", price="12")

    page = text(signed_in.get(f"/portfolios/{portfolio.pk}/instruments/NEWCO/"))

    assert "No quote yet" in page
    assert "There are no daily prices of it yet." in page


def test_what_i_never_traded_and_what_is_not_mine_does_not_exist(
    client: Client, signed_in: Client, invested: Portfolio
) -> None:
    quote(listed("MSFT"), "400")
    assert signed_in.get(f"/portfolios/{invested.pk}/instruments/MSFT/").status_code == 404

    client.force_login(User.objects.create_user("eve"))

    assert client.get(f"/portfolios/{invested.pk}/instruments/AAPL/").status_code == 404


def test_a_stranger_is_sent_to_the_login_and_nothing_is_posted(client: Client, user: User, invested: Portfolio) -> None:
    address = f"/portfolios/{invested.pk}/instruments/AAPL/"

    assert client.get(address)["Location"].startswith("/login/")
    client.force_login(user)
    assert client.post(address).status_code == 405


def test_what_people_type_is_never_a_tag(signed_in: Client, portfolio: Portfolio) -> None:
    share = listed("AAPL", name="<script>alert(1)</script>", exchange="<b>")
    typed(portfolio, Kind.BUY, "2024-06-03", share, "1", price="1", account="<script>")

    page = text(signed_in.get(f"/portfolios/{portfolio.pk}/instruments/AAPL/"))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("address", ["portfolios/{}/instruments/A%00B/", "api/portfolios/{}/bars/A%00.csv"])
def test_a_symbol_with_a_sign_the_database_cannot_take_does_not_exist(
    signed_in: Client, invested: Portfolio, address: str
) -> None:
    assert signed_in.get(f"/{address.format(invested.pk)}").status_code == 404
