from datetime import timedelta

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.services.prices import request_refresh
from tests.portfolios.given import NOW, bars, listed, rebuilt, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def abroad(portfolio: Portfolio) -> Portfolio:
    share, euro = listed("SAP.DE", "EUR", "XETR"), listed("EURUSD=X", "USD", "24/5")
    bars(share, {"2024-01-02": 150.0})
    bars(euro, {"2024-01-02": 1.1})
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="150")
    portfolio.benchmark = listed("SPY")
    rebuilt(portfolio)
    return portfolio


def test_shares_rates_and_the_benchmark_are_asked_for_together(abroad: Portfolio) -> None:
    job = request_refresh(abroad, NOW, abroad.owner_id)

    assert job is not None
    assert job.args == {"symbols": ["EURUSD=X", "SAP.DE", "SPY"]}
    assert (job.priority, job.portfolio_id, job.requested_by_id) == (1, abroad.pk, abroad.owner_id)


def test_asking_again_within_a_minute_is_the_same_job_even_when_it_has_ended(abroad: Portfolio) -> None:
    first = request_refresh(abroad, NOW, abroad.owner_id)
    assert first is not None
    first.state = "done"
    first.save()

    again = request_refresh(abroad, NOW + timedelta(seconds=59), abroad.owner_id)
    later = request_refresh(abroad, NOW + timedelta(seconds=60), abroad.owner_id)

    assert again == first
    assert later != first


def test_nothing_held_needs_no_prices(portfolio: Portfolio) -> None:
    assert request_refresh(portfolio, NOW, portfolio.owner_id) is None
