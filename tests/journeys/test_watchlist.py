"""A symbol watched and an alert that goes off when the market moves, through a real worker and a real browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from portfolios.models import Alert
from pricing.market.calendar import sessions
from pricing.models import Quote
from pricing.simulator.control import Market
from stocktracker.jobs.services import enqueue

from .conftest import PATIENCE, Processes, eventually, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MS = PATIENCE * 1000


def closes(market: Market, last: float, hours: int) -> None:
    """KO at 100 for days, then at `last`; the market stands so many hours into that session, which is over by now."""
    today = datetime.now(UTC).date()
    *week, session = sessions("XNYS", today - timedelta(days=14), today)[:-1]
    market.set_time(session.opens_at + timedelta(hours=hours))
    market.history("KO", [*((one.day, 100.0) for one in week), (session.day, last)])


def test_a_watched_price_that_reaches_its_threshold_is_told_on_every_page(
    processes: Processes, page: Page, market: Market, owner: User
) -> None:
    closes(market, 100.0, 2)
    address = processes.web()
    processes.worker()
    log_in(page, address)
    page.goto(f"{address}/watchlist/")
    expect(page.get_by_text("Nothing yet")).to_be_visible()

    page.fill("[name=symbol]", "ko")
    page.fill("#watch-form [name=note]", "below a hundred once")
    page.click("button:has-text('Watch')")
    expect(page.locator("table.watched tbody tr")).to_contain_text("$1", timeout=MS)  # by itself, when it is there
    page.click("text=Add alert")
    page.fill("[name=threshold]", "50")
    page.click("button:has-text('Set the alert')")
    expect(page.get_by_text("The price is there already.")).to_be_visible()
    page.fill("[name=threshold]", "102")
    page.click("button:has-text('Set the alert')")
    expect(page.locator("table.watched tbody tr")).to_contain_text("≥ $102.00")

    closes(market, 104.0, 8)
    Alert.objects.update(armed_at=datetime(2020, 1, 1, tzinfo=UTC))  # before the session it is told of
    Quote.objects.update(fetched_at=datetime(2020, 1, 1, tzinfo=UTC))  # else it was asked for a moment ago
    enqueue("pricing.refresh_quotes", symbols=["KO"])
    eventually(Alert.objects.filter(active=False).exists, "an alert that goes off")

    page.goto(f"{address}/jobs/")
    told = page.locator("#alerts")
    expect(told).to_contain_text("KO is at $104.00, at or above $102.00")
    told.get_by_role("button", name="Seen").click()
    expect(told.get_by_text("KO is at")).to_have_count(0)
    page.goto(f"{address}/watchlist/")
    expect(page.get_by_role("heading", name="Alerts that went off")).to_be_visible()
    expect(page.locator("#alerts")).to_be_empty()
