"""Charts in a real browser: modes, ranges, keyboard, files; an instrument with its trades; a failure and its remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from tests.portfolios.given import bars, listed, quote, rebuilt, typed

from .conftest import PATIENCE, Processes, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MS = PATIENCE * 1000
DAYS = [f"{year}-{month:02}-{day:02}" for year in (2022, 2023, 2024) for month in range(1, 13) for day in range(1, 27)]
Opened = Callable[[str], None]


@pytest.fixture
def drawn(empty_portfolio: Portfolio) -> Portfolio:
    """Three years of a share that rises by a cent a day, sold in part, beside two funds."""
    share, spy, world = listed("AAPL"), listed("SPY"), listed("VT")
    bars(share, {day: 100 + number / 100 for number, day in enumerate(DAYS)})
    for fund, fall in ((spy, 0.0), (world, 20.0)):
        bars(fund, {day: 400 + number / 10 - fall * (number > 500) for number, day in enumerate(DAYS)})
    quote(share, "109.35", "109.34")
    empty_portfolio.benchmark = spy
    empty_portfolio.save()
    empty_portfolio.more_benchmarks.set([world])
    typed(empty_portfolio, Kind.BUY, "2022-01-03", share, "10", price="100")
    typed(empty_portfolio, Kind.SELL, "2024-11-04", share, "4", price="109")
    rebuilt(empty_portfolio)
    return empty_portfolio


@pytest.fixture
def opened(processes: Processes, page: Page, owner: User, drawn: Portfolio) -> Opened:
    """opened("instruments/AAPL/"): a page of the portfolio with its chart drawn."""
    address = processes.web()
    log_in(page, address)

    def go(path: str) -> None:
        page.goto(f"{address}/portfolios/{drawn.pk}/{path}")

    return go


def legend(page: Page) -> list[str]:
    shown = page.locator(".legend [data-line]:visible").all_inner_texts()
    return [" ".join(text.split()) for text in shown]


def test_the_main_chart_shows_value_return_and_drop_over_any_range_and_is_saved(page: Page, opened: Opened) -> None:
    opened("")
    chart = page.locator("#main-chart[data-ready]")
    expect(chart).to_be_visible(timeout=MS)
    assert legend(page) == ["Portfolio $656", "Paid in $564", "Your money in SPY $793"]

    page.click("[data-mode=return]")
    page.click("[data-range=Max]")
    assert [line.rsplit(" ", 1)[0] for line in legend(page)] == ["Portfolio (TWR)", "SPY", "VT"]
    assert legend(page)[0] == "Portfolio (TWR) +9.4%"
    expect(chart).to_have_attribute("aria-label", re.compile("Return vs. benchmark.*Portfolio \\(TWR\\) \\+9.4%; SPY"))
    page.click(".legend [data-line=benchmark_2][data-within=return]")
    expect(chart).not_to_have_attribute("aria-label", re.compile("VT"))

    page.click("[data-mode=drop]")
    assert legend(page) == ["Portfolio (TWR) 0.0%", "SPY 0.0%"]
    page.click("[data-do=log]")
    expect(page.locator("[data-do=log]")).to_have_attribute("aria-pressed", "true")

    page.reload()  # the choices are remembered
    expect(chart).to_be_visible(timeout=MS)
    expect(page.locator("[data-mode=drop]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-range=Max]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-do=log]")).to_have_attribute("aria-pressed", "true")

    with page.expect_download() as picture:
        page.click("[data-do=png]")
    assert (picture.value.suggested_filename, Path(picture.value.path()).read_bytes()[:4]) == ("Family.png", b"\x89PNG")
    with page.expect_download() as table:
        page.click(".tools a")
    lines = Path(table.value.path()).read_text().splitlines()
    assert lines[0] == "date,value,paid_in,index,benchmark_1 SPY,benchmark_2 VT,in_fund SPY"
    assert lines[1].startswith("2022-01-03,1000.2,1000.0,1.0002")


def test_the_keyboard_walks_from_day_to_day_and_says_where_it_is(page: Page, opened: Opened) -> None:
    opened("")
    chart, said = page.locator("#main-chart[data-ready]"), page.locator(".plot [role=status]")
    expect(chart).to_be_visible(timeout=MS)
    page.click("[data-range=Max]")

    chart.focus()
    page.keyboard.press("Home")
    expect(said).to_have_text(re.compile("^Jan 3, 2022: Portfolio \\$1,000; Paid in \\$1,000$"))
    expect(page.locator(".tip")).to_contain_text("Jan 3, 2022")
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    expect(said).not_to_have_text(re.compile("Jan 3, 2022"))
    page.keyboard.press("-")
    page.keyboard.press("End")
    expect(said).to_have_text(re.compile("^Dec 26, 2024: Portfolio \\$656; Paid in \\$564$"))


def test_an_instrument_has_candles_trades_and_what_they_cost(page: Page, opened: Opened) -> None:
    opened("instruments/AAPL/")
    chart = page.locator("#bars-chart[data-ready]")
    expect(chart).to_be_visible(timeout=MS)
    assert legend(page) == ["Open 109.35", "High 109.35", "Low 109.35", "Close 109.35", "Volume 1"]
    expect(page.locator("[data-chart]")).to_have_attribute("data-average", "100.000000")

    with page.expect_response(re.compile("/bars/AAPL$")) as answer:
        page.reload()
    assert [(one["kind"], one["quantity"]) for one in answer.value.json()["trades"]] == [("buy", 10), ("sell", 4)]
    expect(chart).to_be_visible(timeout=MS)
    for name in ("3M", "2Y", "Max"):
        page.click(f"[data-range='{name}']")
        expect(page.locator(f"[data-range='{name}']")).to_have_attribute("aria-pressed", "true")
    page.click("[data-do=log]")
    page.click("[data-line=v]")
    expect(page.locator("[data-line=v]")).to_have_attribute("aria-pressed", "false")
    chart.focus()
    page.keyboard.press("Home")
    expect(page.locator(".plot [role=status]")).to_have_text(re.compile("^Jan 1, 2022: Open 100.00;"))
    with page.expect_download() as table:
        page.click(".tools a")
    assert table.value.suggested_filename == "AAPL.csv"


def test_a_chart_that_cannot_be_loaded_says_so_and_is_tried_again(
    processes: Processes, browser: Browser, owner: User, drawn: Portfolio
) -> None:
    """In a window of its own: the browser itself tells its console of the request that fails."""
    context = browser.new_context()
    page = context.new_page()
    address = processes.web()
    log_in(page, address)
    context.route("**/api/chart-data/*", lambda route: route.abort())

    page.goto(f"{address}/portfolios/{drawn.pk}/")
    expect(page.get_by_text("The chart could not be loaded.")).to_be_visible(timeout=MS)
    expect(page.locator(".plot .legend")).to_be_hidden()
    context.unroute_all()
    page.get_by_role("button", name="Try again").click()

    expect(page.locator("#main-chart[data-ready]")).to_be_visible(timeout=MS)
    expect(page.get_by_text("The chart could not be loaded.")).to_be_hidden()
    context.close()
