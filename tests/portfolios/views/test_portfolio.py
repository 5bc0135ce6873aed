from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio, Transaction
from portfolios.services.portfolios import create_portfolio
from pricing.models import Instrument
from stocktracker.jobs.models import Job
from tests.portfolios.given import listed, typed

pytestmark = pytest.mark.django_db

KEPT = {"name": "Family", "base_currency": "USD", "risk_free": "0"}


def address(portfolio: Portfolio, page: str = "settings") -> str:
    return f"/portfolios/{portfolio.pk}/{page}/"


def test_a_portfolio_is_made_with_a_name_and_a_currency(signed_in: Client) -> None:
    wrong = signed_in.post("/portfolios/new/", {"name": " ", "base_currency": "€"})
    right = signed_in.post("/portfolios/new/", {"name": "Family", "base_currency": "eur", "tracks_cash": "on"})

    portfolio = Portfolio.objects.get()
    assert (wrong.status_code, right["Location"]) == (422, f"/portfolios/{portfolio.pk}/")
    assert (portfolio.name, portfolio.base_currency, portfolio.tracks_cash) == ("Family", "EUR", True)


def test_settings_are_shown_as_people_write_them(
    signed_in: Client, portfolio: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    portfolio.benchmark, portfolio.risk_free, portfolio.inflation = listed("SPY"), Decimal("0.0425"), Decimal("0.02")
    portfolio.save()
    portfolio.more_benchmarks.set([listed("^GSPC"), listed("IWDA.AS", "EUR")])

    with django_assert_num_queries(6):  # session, user, portfolio, benchmarks, jobs, other portfolios
        page = signed_in.get(address(portfolio)).content.decode()

    for shown in ('value="SPY"', 'value="IWDA.AS, ^GSPC"', 'value="4.25"', 'value="2"'):
        assert shown in page


def test_settings_are_stored_with_the_histories_they_need_and_a_rebuild(
    signed_in: Client, portfolio: Portfolio
) -> None:
    answer = signed_in.post(address(portfolio), {
        "name": "Ours", "base_currency": "eur", "tracks_cash": "on", "allow_short": "on", "benchmark": "spy",
        "more_benchmarks": "^GSPC; iwda.as SPY", "risk_free": "4.25", "inflation": "-0.5",
    })  # fmt: skip

    portfolio.refresh_from_db()
    assert answer["Location"] == address(portfolio)
    assert (portfolio.name, portfolio.base_currency, portfolio.ledger_revision) == ("Ours", "EUR", 1)
    assert (portfolio.tracks_cash, portfolio.allow_short) == (True, True)
    assert (portfolio.risk_free, portfolio.inflation) == (Decimal("0.0425"), Decimal("-0.005"))
    assert portfolio.benchmark == Instrument.objects.get(symbol="SPY")
    assert [fund.symbol for fund in portfolio.more_benchmarks.all()] == ["IWDA.AS", "^GSPC"]
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["stocktracker.backfill"] * 3 + [
        "stocktracker.rebuild"
    ]


def test_what_is_left_empty_is_taken_out(signed_in: Client, portfolio: Portfolio) -> None:
    portfolio.benchmark, portfolio.inflation = listed("SPY"), Decimal("0.02")
    portfolio.save()
    portfolio.more_benchmarks.add(listed("^GSPC"))

    signed_in.post(address(portfolio), KEPT)

    portfolio.refresh_from_db()
    assert (portfolio.benchmark, portfolio.inflation, portfolio.more_benchmarks.count()) == (None, None, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"base_currency": "GBX"}, "Write a currency&#x27;s three letters, like USD."),
        ({"benchmark": "S&P 500"}, "Write a ticker like AAPL, VOD.L or BTC-USD."),
        ({"more_benchmarks": "A, B, <b>"}, "Write a ticker like AAPL, VOD.L or BTC-USD."),
        ({"more_benchmarks": "A, B, C, D"}, "Name no more than three."),
        ({"risk_free": "51"}, "less than or equal to 50"),
        ({"risk_free": ""}, "This field is required."),
        ({"inflation": "2.125"}, "no more than 2 decimal places"),
        ({"inflation": "NaN"}, "Enter a number."),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    signed_in: Client, portfolio: Portfolio, changes: dict[str, str], sentence: str
) -> None:
    answer = signed_in.post(address(portfolio), KEPT | changes)

    portfolio.refresh_from_db()
    assert (answer.status_code, portfolio.ledger_revision, Job.objects.count()) == (422, 0, 0)
    assert sentence in answer.content.decode()


def test_a_short_sale_must_go_before_short_selling_does(signed_in: Client, portfolio: Portfolio) -> None:
    portfolio.allow_short = True
    portfolio.save()
    typed(portfolio, Kind.SELL, "2024-01-02", listed("AAPL"), "1", price="10")

    refused = signed_in.post(address(portfolio), KEPT)
    kept = signed_in.post(address(portfolio), KEPT | {"allow_short": "on"})

    assert (refused.status_code, kept.status_code) == (422, 302)
    assert "There is a short sale: the portfolio sells 1 AAPL on 2024-01-02" in refused.content.decode()


def test_a_typed_exchange_rate_ties_the_portfolio_to_its_currency(signed_in: Client, portfolio: Portfolio) -> None:
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="1", currency="EUR", fx_rate="1.1")

    page = signed_in.post(address(portfolio), KEPT | {"base_currency": "CHF"}).content.decode()

    assert "1 transaction states an exchange rate into USD. Take it out first, or make a new portfolio in CHF." in page


def test_a_benchmark_nobody_knows_is_said(signed_in: Client, portfolio: Portfolio) -> None:
    portfolio.more_benchmarks.add(listed("NOSUCH", status=Instrument.Status.UNKNOWN))

    assert "does not know NOSUCH." in signed_in.get(address(portfolio)).content.decode()


def test_a_deleted_portfolio_takes_its_transactions_along(signed_in: Client, portfolio: Portfolio) -> None:
    typed(portfolio, Kind.FEE, "2024-01-02", amount="5")

    answer = signed_in.post(address(portfolio, "delete"))

    assert answer["Location"] == "/"
    assert (Portfolio.objects.count(), Transaction.objects.count()) == (0, 0)


def test_after_a_change_of_currency_the_dashboard_waits_for_its_figures(signed_in: Client, invested: Portfolio) -> None:
    signed_in.post(address(invested), KEPT | {"base_currency": "GBP"})

    page = signed_in.get(f"/portfolios/{invested.pk}/").content.decode()

    assert ("Your portfolio is being computed" in page, "£1,989" in page) == (True, False)


def test_the_combined_one_has_a_currency_and_benchmarks_and_nothing_of_a_ledger(signed_in: Client, user: User) -> None:
    for name in ("One", "Two"):
        create_portfolio(user, name, "USD", tracks_cash=False)
    combined = Portfolio.objects.get(is_combined=True)
    address = f"/portfolios/{combined.pk}/settings/"

    page = signed_in.get(address).content.decode()
    sent = {"base_currency": "EUR", "benchmark": "VT", "more_benchmarks": "", "risk_free": "2", "inflation": ""}
    answer = signed_in.post(address, sent)

    assert answer["Location"] == address
    assert ('name="name"' in page, "Delete this portfolio" in page) == (False, False)
    combined.refresh_from_db()
    assert (combined.base_currency, str(combined.benchmark), combined.is_combined) == ("EUR", "VT", True)
    assert signed_in.post(f"/portfolios/{combined.pk}/delete/").status_code == 404
    assert signed_in.get(f"/portfolios/{combined.pk}/import/").status_code == 404
    assert signed_in.get(f"/portfolios/{combined.pk}/transactions/new/").status_code == 404
    assert Portfolio.objects.filter(pk=combined.pk).exists()
