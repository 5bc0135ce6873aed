"""A symbol found by its name: typed, suggested by the market through a real worker, picked with the keyboard."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from portfolios.models import Portfolio, Transaction
from pricing.simulator.control import Market

from .conftest import PATIENCE, Processes, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MS = PATIENCE * 1000


def test_a_company_is_found_by_its_name_and_picked_with_the_keyboard(
    processes: Processes, page: Page, market: Market, owner: User, empty_portfolio: Portfolio
) -> None:
    address = processes.web()
    processes.worker()
    log_in(page, address)
    page.click("text=Add the first trade")
    field = page.get_by_role("combobox", name="Symbol")
    coke = page.locator("[role=option][data-symbol=KO]")

    field.press_sequentially("coca")
    expect(coke).to_be_visible(timeout=MS)
    expect(coke).to_contain_text("The Coca-Cola Company")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("Escape")
    expect(coke).to_be_hidden()
    field.press("ArrowDown")
    while coke.get_attribute("aria-selected") != "true":
        field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", coke.get_attribute("id") or "")
    field.press("Enter")

    expect(field).to_have_value("KO")
    expect(coke).to_be_hidden()
    assert not Transaction.objects.exists()  # Enter chose, and did not send the form
    page.fill("[name=date]", "2024-03-28")
    page.fill("[name=quantity]", "10")
    page.fill("[name=price]", "60")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("History of KO").first).to_be_visible(timeout=MS)
    assert Transaction.objects.get().instrument is not None
    assert len(market.requests("search")) == 1


def test_the_mouse_picks_too_and_a_name_known_here_needs_no_worker(
    processes: Processes, page: Page, market: Market, owner: User, empty_portfolio: Portfolio
) -> None:
    from pricing.models import Instrument

    Instrument.objects.create(symbol="KO", name="The Coca-Cola Company", status="active")
    log_in(page, processes.web())
    page.click("text=Add the first trade")
    field = page.get_by_role("combobox", name="Symbol")

    field.press_sequentially("coca")
    expect(page.get_by_text("Asking the price source")).to_be_visible(timeout=MS)  # nobody works: it waits
    page.locator("[role=option][data-symbol=KO]").click()

    expect(field).to_have_value("KO")
    expect(page.locator("#symbol-suggestions")).to_be_hidden()
    expect(field).to_be_focused()
