"""A market that hangs: pages go on working and say how old their prices are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from portfolios.models import Portfolio, Snapshot, Transaction
from portfolios.services.transactions import add_transactions
from pricing.models import Breaker, Quote
from pricing.services.sessions import materialise
from pricing.simulator.control import Market

from .conftest import PATIENCE, Processes, eventually, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MS = PATIENCE * 1000


def test_a_hanging_market_leaves_the_page_working_and_the_prices_labelled_stale(
    processes: Processes, page: Page, market: Market, owner: User, empty_portfolio: Portfolio
) -> None:
    materialise(timezone.now().date())
    buy = Transaction(portfolio=empty_portfolio, date="2024-01-03", kind="buy", quantity=5, price=60)
    with transaction.atomic():
        add_transactions(empty_portfolio, [(buy, "KO")], owner.pk)
    processes.worker()
    processes.beat()
    eventually(
        lambda: Snapshot.objects.filter(as_of__isnull=False, portfolio__holdings__priced=True).exists(), "figures"
    )
    eventually(Quote.objects.exists, "a quote")
    Quote.objects.update(fetched_at=timezone.now() - timedelta(days=6))
    market.hang(30)
    address = processes.web()
    log_in(page, address)

    expect(page.locator("#freshness")).to_contain_text("Stale: prices 6 days old")  # asking for new ones as it says so
    expect(page.locator("#jobs-card")).to_contain_text("Price update", timeout=MS)
    eventually(lambda: Breaker.objects.filter(state="open", family="quote").exists(), "an open breaker")
    page.reload()

    expect(page.locator("#total")).to_contain_text("$")
    expect(page.locator("#freshness")).to_contain_text("Stale")
    expect(page.locator("#pause")).to_contain_text("Unavailable")
    expect(page.locator("#main-chart[data-ready]")).to_be_visible()
