"""A file with everything wrong, and one that is right, through the browser with a real worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from portfolios.models import Portfolio, Transaction
from pricing.models import Instrument
from pricing.simulator.control import Market

from .conftest import PATIENCE, Processes, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MS = PATIENCE * 1000

BAD = b"""date,kind,symbol,quantity,price,note
2024-13-01,buy,AAPL,1,100,
2024-01-02,buy,NOSUCHCO,1,100,
2024-01-03,buy,KO,5,60,
2024-01-04,sell,KO,6,61,
2024-01-05,buy,PEP,1,170,caf\xe9
"""
GOOD = b"""date,kind,symbol,quantity,price,fee
2020-01-03,buy,NVDA,4,230,1
2024-01-03,buy,KO,5,60,1
2024-07-01,sell,NVDA,100,120,1
"""


def upload(page: Page, address: str, portfolio: Portfolio, folder: Path, content: bytes) -> None:
    (folder / "trades.csv").write_bytes(content)
    page.goto(f"{address}/portfolios/{portfolio.pk}/import/")
    page.set_input_files("[name=file]", folder / "trades.csv")
    page.click("button:has-text('Check the file')")


def test_every_bad_row_is_named_and_nothing_is_stored(
    processes: Processes, page: Page, market: Market, owner: User, empty_portfolio: Portfolio, tmp_path: Path
) -> None:
    address = processes.web()
    processes.worker()
    log_in(page, address)

    upload(page, address, empty_portfolio, tmp_path, BAD)

    expect(page.get_by_text("Nothing was imported")).to_be_visible(timeout=MS)
    named = page.locator(".problems tbody tr")
    expect(named).to_have_count(4)
    for row, line, words in [
        (0, 2, "is not a date"),
        (1, 3, "NOSUCHCO"),
        (2, 5, "only 5 are held"),
        (3, 6, "not UTF-8"),
    ]:
        expect(named.nth(row)).to_contain_text(f"Row {line}")
        expect(named.nth(row)).to_contain_text(words)
    assert (Transaction.objects.count(), Instrument.objects.count()) == (0, 0)


def test_a_good_file_is_shown_first_then_imported_whole(
    processes: Processes, page: Page, market: Market, owner: User, empty_portfolio: Portfolio, tmp_path: Path
) -> None:
    """100 of 160 NVIDIA shares are sold, though only 4 were bought: the splits in between are asked for."""
    address = processes.web()
    processes.worker()
    log_in(page, address)

    upload(page, address, empty_portfolio, tmp_path, GOOD)
    expect(page.get_by_text("3 transactions to import")).to_be_visible(timeout=MS)
    before = Transaction.objects.count()
    page.click("button:has-text('Import 3 transactions')")

    expect(page.locator("table.grid tbody tr").first).to_contain_text("NVDA", timeout=MS)
    expect(page.get_by_text("60 sh")).to_be_visible(timeout=MS)
    assert (before, Transaction.objects.count()) == (0, 3)
