"""A strategy tried, kept and shown to somebody else, through a real worker and a real browser."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from pricing.simulator.control import Market
from tests.charts.given import walk

from .conftest import PATIENCE, Processes, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MS = PATIENCE * 1000
RESULT = re.compile("/backtests/[0-9a-f]{64}/")


def begin(page: Page, address: str, slug: str) -> None:
    page.goto(f"{address}/backtests/")
    page.click(f"a[href^='/backtests/new/{slug}/']")
    expect(page.locator(".blanks").first).to_be_visible()


def seen_through(page: Page) -> None:
    page.click("button:has-text('Test it')")
    expect(page).to_have_url(RESULT)
    expect(page.locator("#page.backtest")).to_be_visible(timeout=MS)  # by itself, when it is there
    expect(page.locator(".chart[data-ready]")).to_be_visible(timeout=MS)


def test_a_strategy_is_tried_kept_and_shared(
    processes: Processes, page: Page, market: Market, owner: User, browser: Browser
) -> None:
    walk("AAA")
    address = processes.web()
    processes.worker()
    log_in(page, address)

    begin(page, address, "crossover")
    page.fill("[name=symbol]", "aaa")
    page.fill("[name=fast]", "300")
    expect(page.locator("#checked")).to_contain_text("must be shorter than the slow one")  # while one types
    expect(page.locator("[name=fast]")).to_have_attribute("aria-invalid", "true")
    page.fill("[name=fast]", "20")
    expect(page.locator("#checked")).to_contain_text("AAA while its SMA of 20 days")
    page.click("summary:has-text('Period, costs, comparison')")
    page.fill("[name=benchmark]", "")
    seen_through(page)
    expect(page.locator(".kpis")).to_contain_text("Value at the end")

    page.click("button:has-text('Draw the map')")
    expect(page.locator("table.map .chosen")).to_be_visible(timeout=MS)
    page.fill("#strategy-name", "Golden cross")
    page.click("button:has-text('Save as strategy')")
    expect(page.locator("main")).to_contain_text("«Golden cross» is saved")

    page.goto(f"{address}/backtests/")
    expect(page.locator("main")).to_contain_text("Golden cross")
    page.click("[aria-labelledby=latest-title] a >> nth=0")
    page.click("button:text-is('Share')")
    link = page.locator(".link a").get_attribute("href")
    stranger = browser.new_page()
    stranger.goto(f"{address}{link}")
    expect(stranger.locator(".chart[data-ready]")).to_be_visible(timeout=MS)
    expect(stranger.locator("main")).to_contain_text("AAA while its SMA of 20 days")
    expect(stranger.locator("nav, form")).to_have_count(0)

    page.click("button:has-text('Withdraw')")
    stranger.reload()
    expect(stranger.locator("h1")).to_have_text("Nobody shares this any more")
    stranger.close()


def test_prices_nobody_has_asked_for_are_fetched_first(
    processes: Processes, page: Page, market: Market, owner: User
) -> None:
    address = processes.web()
    processes.worker()
    log_in(page, address)

    begin(page, address, "hold")
    page.fill("[name=symbol_0]", "ko")
    page.fill("[name=symbol_1]", "")
    page.fill("[name=part_0]", "100")
    page.fill("[name=part_1]", "")
    expect(page.locator("#checked")).to_contain_text("Prices of KO, SPY are fetched first")
    seen_through(page)

    expect(page.locator("[aria-labelledby=held-title]")).to_contain_text("KO")


def test_a_symbol_nobody_knows_is_said_and_can_be_changed(
    processes: Processes, page: Page, market: Market, owner: User
) -> None:
    address = processes.web()
    processes.worker()
    log_in(page, address)

    begin(page, address, "reversion")
    page.fill("[name=symbol]", "n o")
    page.click("button:has-text('Test it')")
    expect(page.locator(".faults")).to_contain_text("is no symbol")
    page.fill("[name=symbol]", "NOSUCHONE")
    page.click("button:has-text('Test it')")
    expect(page.locator("[role=alert]")).to_contain_text("NOSUCHONE is not known to the price source", timeout=MS)

    page.click("text=Change it")

    expect(page.locator("[name=symbol]")).to_have_value("NOSUCHONE")
    expect(page.locator("[name=days]")).to_have_value("14")
