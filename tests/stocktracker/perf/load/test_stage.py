"""Servers and processes are tried by the row itself; here is what they are filled with."""

import pytest
from django.utils import timezone

from portfolios.services.transactions import check_ledger
from pricing.models import Bar
from stocktracker.jobs.models import Job
from stocktracker.perf import scale
from stocktracker.perf.load.stage import large

pytestmark = pytest.mark.django_db


def test_the_large_portfolio_has_a_ledger_that_holds_prices_and_a_rebuild_that_waits() -> None:
    portfolio = large(3)

    check_ledger(portfolio)
    assert portfolio.transactions.count() == 30
    assert Bar.objects.latest("session").session < scale.evenings(1)[0] < timezone.now().date()
    assert Job.objects.get().portfolio_id == portfolio.pk
