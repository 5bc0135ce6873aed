"""Transactions filtered, edited in their row and taken back, in a real browser."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from tests.portfolios.given import listed, typed

from .conftest import Processes, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def traded(empty_portfolio: Portfolio) -> Portfolio:
    coke, pepsi = listed("KO"), listed("PEP")
    typed(empty_portfolio, Kind.BUY, "2023-01-03", coke, "10", price="60", account="ISA", external_id="T-1")
    typed(empty_portfolio, Kind.BUY, "2024-01-03", pepsi, "10", price="170")
    typed(empty_portfolio, Kind.SELL, "2024-02-05", pepsi, "4", price="180")
    return empty_portfolio


def test_a_row_is_found_edited_in_its_place_deleted_and_brought_back(
    processes: Processes, page: Page, owner: User, traded: Portfolio
) -> None:
    address = processes.web()
    log_in(page, address)
    page.goto(f"{address}/portfolios/{traded.pk}/activity/")
    rows = page.locator("table.activity tbody tr")
    expect(rows).to_have_count(3)

    page.fill("[name=q]", "pep")
    expect(rows).to_have_count(2)
    page.select_option("[name=kind]", "buy")
    expect(rows).to_have_count(1)
    assert "q=pep" in page.url
    expect(page.locator(".sums")).to_contain_text("$1,700.00")

    rows.get_by_role("link", name="Edit").click()
    editing = page.locator("tr.editing")
    editing.get_by_label("Quantity").fill("3")
    editing.get_by_role("button", name="Save").click()
    expect(editing.get_by_role("alert")).to_contain_text("sells 4 PEP")
    editing.get_by_label("Quantity").fill("12")
    editing.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. The figures are being computed.")).to_be_visible()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("$2,040.00")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    expect(rows).to_contain_text("$1,700.00")  # on the page it came from, filtered as before

    page.click("text=Show all")
    expect(rows).to_have_count(3)
    before = list(traded.transactions.values())
    rows.filter(has_text="KO").get_by_role("link", name="Edit").click()
    page.locator("tr.editing").get_by_role("button", name="Delete").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(3)
    assert list(traded.transactions.values()) == before
