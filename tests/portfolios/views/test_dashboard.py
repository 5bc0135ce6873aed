from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django.utils import timezone

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from pricing.models import Breaker, Instrument, Quote
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job
from tests.portfolios.given import listed, rebuilt, typed

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_first_page_is_the_first_portfolio_or_the_way_to_make_one(signed_in: Client, user: User) -> None:
    without = signed_in.get("/")
    portfolio = Portfolio.objects.create(owner=user, name="First")

    assert without["Location"] == "/start/"
    assert signed_in.get("/")["Location"] == f"/portfolios/{portfolio.pk}/"


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=9)])
def test_a_dashboard_takes_nine_queries_and_no_request_however_old_its_prices(
    signed_in: Client, invested: Portfolio, market: Market, django_assert_num_queries: Callable[..., Any],
    age: timedelta,
) -> None:  # fmt: skip
    Quote.objects.update(fetched_at=F("fetched_at") - age, at=F("at") - age)

    with django_assert_num_queries(
        9
    ):  # session, user, portfolio, holdings, sessions, jobs, labels, mine, other portfolios
        answer = signed_in.get(f"/portfolios/{invested.pk}/")

    assert answer.status_code == 200
    assert "$1,989" in text(answer)
    assert market.requests() == []


def test_old_prices_say_so_and_the_page_asks_for_new_ones(signed_in: Client, invested: Portfolio) -> None:
    sessions_of_now()
    Quote.objects.update(fetched_at=timezone.now() - timedelta(days=9))

    page = text(signed_in.get(f"/portfolios/{invested.pk}/"))

    assert "Stale: prices 9 days old" in page
    assert f'hx-post="/portfolios/{invested.pk}/refresh/" hx-trigger="load"' in page


def test_a_paused_source_is_named_with_its_reason(signed_in: Client, invested: Portfolio) -> None:
    later = timezone.now() + timedelta(minutes=5)
    Breaker.objects.create(source="yahoo", family="quote", state="open", open_until=later, reason="RateLimited: <429>")

    page = text(signed_in.get(f"/portfolios/{invested.pk}/"))

    assert "No new prices: RateLimited: &lt;429&gt;. They come back by themselves." in page


def test_an_empty_portfolio_shows_what_to_do_first(signed_in: Client, portfolio: Portfolio) -> None:
    page = text(signed_in.get(f"/portfolios/{portfolio.pk}/"))

    assert "Import a CSV file" in page
    assert "Add trades by hand" in page


def test_everything_sold_still_shows_what_it_earned(signed_in: Client, invested: Portfolio) -> None:
    for instrument, quantity, price in (("AAPL", "10", "190"), ("VOD.L", "100", "71.2")):
        typed(invested, Kind.SELL, "2024-06-04", Instrument.objects.get(symbol=instrument), quantity, price=price)
    rebuilt(invested)

    page = text(signed_in.get(f"/portfolios/{invested.pk}/"))

    assert "Everything is sold." in page
    assert "+$414" in page  # 10 × 40 and 100 × £0.112 × 1.25


def test_a_security_nobody_has_a_price_of_is_shown_at_its_last_trade(signed_in: Client, portfolio: Portfolio) -> None:
    typed(portfolio, Kind.BUY, "2024-06-03", listed("PRIVATE", ""), "10", price="12")
    rebuilt(portfolio)

    page = text(signed_in.get(f"/portfolios/{portfolio.pk}/"))

    assert "no quote yet" in page
    assert "1 without a price yet" in page
    assert "$120.00" in page


def test_transactions_without_figures_are_not_welcomed_as_new(signed_in: Client, portfolio: Portfolio) -> None:
    typed(portfolio, Kind.DEPOSIT, "2024-06-03", amount="5", currency="XYZ")

    page = text(signed_in.get(f"/portfolios/{portfolio.pk}/"))

    assert "No figures yet" in page
    assert "Add the first trade" not in page


def test_while_the_first_figures_are_computed_the_page_says_so(signed_in: Client, portfolio: Portfolio) -> None:
    signed_in.post(
        f"/portfolios/{portfolio.pk}/transactions/new/", {"kind": "fee", "date": "2024-06-03", "amount": "5"}
    )

    page = text(signed_in.get(f"/portfolios/{portfolio.pk}/"))

    assert "Your portfolio is being computed" in page
    assert "jobs-done from:body" in page


def test_a_ledger_that_does_not_add_up_is_said_above_the_old_figures(signed_in: Client, invested: Portfolio) -> None:
    typed(invested, Kind.SELL, "2024-06-04", Instrument.objects.get(symbol="AAPL"), "11", price="1")
    rebuilt(invested)

    page = text(signed_in.get(f"/portfolios/{invested.pk}/"))

    assert "sells 11 AAPL on 2024-06-04, but only 10 are held then." in page
    assert "newer ones are on their way" in page


def test_the_poll_brings_bar_and_card_and_tells_once_when_the_last_job_has_ended(
    signed_in: Client, portfolio: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    address = f"/portfolios/{portfolio.pk}/jobs/"
    fee = {"kind": "fee", "date": "2024-06-03", "amount": "5"}

    idle, ended = signed_in.get(address), signed_in.get(f"{address}?live=s")
    signed_in.post(f"/portfolios/{portfolio.pk}/transactions/new/", fee)
    with django_assert_num_queries(5):  # session, user, portfolio, jobs, mine
        busy = signed_in.get(f"{address}?live=s")

    assert ("HX-Trigger" in idle, ended["HX-Trigger"], "HX-Trigger" in busy) == (False, "jobs-done", False)
    assert f'id="jobs-bar" hx-get="{address}?live=ms&amp;' in text(busy)
    assert 'id="jobs-card" hx-swap-oob="true"' in text(busy)


def test_one_poll_asks_for_all_that_moves_on_the_page(signed_in: Client, portfolio: Portfolio) -> None:
    fee = {"kind": "fee", "date": "2024-06-03", "amount": "5"}
    before = text(signed_in.get(f"/portfolios/{portfolio.pk}/"))
    signed_in.post(f"/portfolios/{portfolio.pk}/transactions/new/", fee)

    page = text(signed_in.get(f"/portfolios/{portfolio.pk}/"))

    assert (before.count('hx-trigger="every'), page.count('hx-trigger="every')) == (0, 1)
    assert f'id="jobs-bar" hx-get="/portfolios/{portfolio.pk}/jobs/?live=ms&amp;' in page


def test_a_page_without_a_card_asks_for_the_bar_alone(signed_in: Client, portfolio: Portfolio) -> None:
    Job.objects.create(kind="stocktracker.backfill", queue="prices", requested_by=portfolio.owner)

    page = text(signed_in.get(f"/portfolios/{portfolio.pk}/"))

    assert 'id="jobs-bar" hx-get="/jobs/bar/?live=m&amp;' in page
    assert 'id="jobs-card"' not in page


def test_asking_for_prices_answers_with_the_page_or_with_its_card(signed_in: Client, invested: Portfolio) -> None:
    address = f"/portfolios/{invested.pk}/refresh/"

    by_button, by_htmx = signed_in.post(address), signed_in.post(address, headers={"hx-request": "true"})

    assert by_button["Location"] == f"/portfolios/{invested.pk}/"
    assert by_htmx["Location"] == f"/portfolios/{invested.pk}/jobs/"


def sessions_of_now() -> None:
    """New York's last sessions ended yesterday and the day before."""
    from pricing.models import TradingSession

    for days in (1, 2):
        opens = timezone.now() - timedelta(days=days, hours=8)
        TradingSession.objects.create(
            calendar="XNYS", session=opens.date(), opens_at=opens, closes_at=opens + timedelta(hours=6.5)
        )
