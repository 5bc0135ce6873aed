"""A trade in a symbol nobody has seen before: from the form to the new total, with a real worker."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from portfolios.models import Portfolio, Snapshot
from pricing.models import Bar
from pricing.simulator.control import Market

from .conftest import PATIENCE, Processes, eventually, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MS = PATIENCE * 1000


def test_a_buy_of_an_unseen_symbol_is_priced_and_shown_while_a_bar_moves(
    processes: Processes, page: Page, market: Market, owner: User, empty_portfolio: Portfolio
) -> None:
    address = processes.web()
    log_in(page, address)
    expect(page.get_by_text("See how your money is really doing")).to_be_visible()

    page.click("text=Add the first trade")
    page.fill("[name=date]", "2024-03-28")
    page.fill("[name=symbol]", "ZQXW")
    page.fill("[name=quantity]", "10")
    page.fill("[name=price]", "50")
    page.click("button:has-text('Save')")

    expect(page.get_by_text("History of ZQXW").first).to_be_visible()  # the job waits: no worker yet
    market.hang(1.5, requests=1, kind="chart")
    processes.worker()
    processes.beat()  # the first try is cut off: the sweep sends the second
    expect(page.locator("#jobs-card progress").first).to_be_visible(timeout=MS)
    expect(page.locator("#total")).to_have_text(re.compile(r"\$[\d,]+\.\d\d"), timeout=MS)
    expect(page.locator("#main-chart[data-ready]")).to_be_visible(timeout=MS)
    expect(page.locator("table.grid tbody tr").first).to_contain_text("ZQXW")
    eventually(Bar.objects.filter(instrument__symbol="ZQXW").exists, "the history")
    close = Bar.objects.filter(instrument__symbol="ZQXW").order_by("-session").values_list("close", flat=True)[0]
    total = f"${round(close, 6) * 10:,.2f}"  # cents stand in a line of their own
    expect(page.locator("#total")).to_have_text(re.compile(re.escape(total).replace(r"\.", r"\s*\.")), timeout=MS)
    expect(page.locator("#jobs-card progress")).to_have_count(0, timeout=MS)
    assert Snapshot.objects.get(portfolio=empty_portfolio).figures["put_in"] == 500
