import pytest
from django.contrib.auth.models import User

from portfolios.services.portfolios import create_portfolio
from pricing.models import Instrument
from stocktracker.jobs.models import Job
from tests.portfolios.given import listed

pytestmark = pytest.mark.django_db


def test_a_new_portfolio_is_compared_with_an_index_fund_whose_history_is_fetched(user: User) -> None:
    portfolio = create_portfolio(user, "Family", "EUR", tracks_cash=True)

    assert (portfolio.owner, portfolio.name, portfolio.base_currency, portfolio.tracks_cash) == (
        user, "Family", "EUR", True,
    )  # fmt: skip
    assert portfolio.benchmark == Instrument.objects.get(symbol="SPY")
    assert list(Job.objects.values_list("kind", "args")) == [("stocktracker.backfill", {"symbol": "SPY"})]


def test_a_history_that_is_there_is_not_fetched_again(user: User) -> None:
    listed("SPY")

    create_portfolio(user, "Family", "USD", tracks_cash=False)

    assert Job.objects.count() == 0
