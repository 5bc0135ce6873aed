import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.services.rebuilds import rebuild_is_needed, request_rebuild, request_rebuilds
from pricing.models import Instrument
from stocktracker.jobs.models import Job
from tests.portfolios.given import bars, listed, rebuilt, typed

pytestmark = pytest.mark.django_db


def test_one_state_of_ledger_and_prices_is_one_job(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="10")

    first, again = request_rebuild(portfolio), request_rebuild(portfolio)
    bars(share, {"2024-01-02": 10.0})
    after_prices = request_rebuild(portfolio)
    portfolio.ledger_revision += 1
    after_ledger = request_rebuild(portfolio)

    assert again == first
    assert len({first.pk, after_prices.pk, after_ledger.pk}) == 3
    assert (first.args, first.portfolio_id, first.requested_by_id) == (
        {"portfolio": portfolio.pk}, portfolio.pk, portfolio.owner_id,
    )  # fmt: skip


def test_a_rebuild_is_needed_until_it_has_run_and_again_after_every_change(portfolio: Portfolio) -> None:
    share, euro = listed("SAP.DE", "EUR", "XETR"), listed("EURUSD=X", "USD", "24/5")
    bars(share, {"2024-01-02": 150.0})
    bars(euro, {"2024-01-02": 1.1})
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="150")
    typed(portfolio, Kind.SELL, "2024-01-02", share, "1", price="151")
    before = rebuild_is_needed(portfolio)
    rebuilt(portfolio)
    after = rebuild_is_needed(portfolio)

    bars(euro, {"2024-01-03": 1.2})  # of a currency that is not held any more, but was
    by_rate = rebuild_is_needed(portfolio)
    rebuilt(portfolio)
    typed(portfolio, Kind.FEE, "2024-01-03", amount="1")

    assert (before, after, by_rate, rebuild_is_needed(portfolio)) == (True, False, True, True)


def test_a_change_of_prices_asks_for_the_portfolios_that_depend_on_them(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="10")
    Portfolio.objects.create(owner=portfolio.owner, name="Other", base_currency="USD")

    asked = request_rebuilds([share.pk, listed("MSFT").pk])

    assert (asked, list(Job.objects.values_list("portfolio_id", flat=True))) == (1, [portfolio.pk])


def test_a_portfolio_that_waits_for_a_rate_is_asked_for_when_it_comes(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="1", currency="EUR")
    rebuilt(portfolio)

    assert request_rebuilds([Instrument.objects.get(symbol="EURUSD=X").pk]) == 1
