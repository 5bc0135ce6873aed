"""Every screen, in every look, is without a fault: the demo, reached as a stranger reaches it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from pricing.simulator.control import Market
from stocktracker.redis import store

from .conftest import PATIENCE, Processes
from .looks import DESK, PHONE, faults
from .world import World, moved_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
FAST = {"UPSTREAM_PER_SECOND": "1000", "UPSTREAM_BURST": "1000", "WORKER_CONCURRENCY": "2"}
OF_PORTFOLIO = [
    "", "holdings/", "holdings/?group=class&closed=1", "instruments/AAPL/", "activity/", "transactions/new/",
    "changes/", "performance/", "income/", "allocation/?by=class", "allocation/?by=account", "allocation/class/",
    "import/", "dividends/", "quality/", "settings/", "explain/xirr/",
]  # fmt: skip
OF_ALL = [
    "/watchlist/", "/watchlist/{watched}/alert/", "/settings/", "/settings/password/", "/jobs/", "/jobs/{job}/",
    "/jobs/timetable/", "/jobs/statistics/", "/jobs/workers/", "/monitoring/",
    "/monitoring/prices/", "/monitoring/history/", "/monitoring/events/",
    "/monitoring/speed/", "/monitoring/instruments/AAPL/",
    "/portfolios/new/", "/instruments/new/", "/backtests/", "/backtests/new/allocation/", "/backtests/new/untraded/",
    "/backtests/new/momentum/",
    "/backtests/{result}/", "/backtests/strategies/{strategy}/", "/backtests/compare/?with={result}",
    "/backtests/shared/{share}/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def empty_redis() -> None:
    """Not between these tests: the server lives through all of them."""


@pytest.fixture(scope="module")
def world(
    browser: Browser,  # first: its loop decides which of Django's connections this thread has
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    market_server: Market,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    market_server.reset()
    seams = {"MARKET": "simulated", "YAHOO_PROXY": market_server.proxy, "YAHOO_CA_BUNDLE": str(market_server.ca_bundle)}
    with django_db_blocker.unblock():
        store().flushdb()
        started = Processes(tmp_path_factory.mktemp("screens"), **seams, **FAST)
        context = browser.new_context(viewport=DESK)
        try:
            yield moved_in(started, context)
        finally:
            context.close()
            started.end()
            call_command("flush", interactive=False, verbosity=0)
            store().flushdb()


@pytest.mark.parametrize("path", [*OF_PORTFOLIO, *OF_ALL])
def test_a_screen_has_no_fault_in_any_look(world: World, path: str) -> None:
    world.open(path)

    assert world.faults() == []


@pytest.mark.parametrize("screen", ["setup", "start", "under way"])
def test_what_is_seen_once_has_no_fault_either(world: World, screen: str) -> None:
    assert world.first[screen] == []


def explanation(page: Page) -> None:
    page.click(".kpis .why-link >> nth=0")
    expect(page.locator("#why[open]")).to_be_visible()


def row_being_edited(page: Page) -> None:
    page.click("tbody tr a:has-text('Edit') >> nth=2")
    expect(page.locator("tr.editing")).to_be_visible()


def menu_of_a_watched_one(page: Page) -> None:
    page.click(".watched .menu summary")


def switch_of_portfolios(page: Page) -> None:
    page.click(".switch summary")


def file_that_was_checked(page: Page) -> None:
    content = b"date,kind,symbol,quantity,price\n2024-01-03,buy,AAPL,5,60\n"
    page.set_input_files("[name=file]", {"name": "trades.csv", "mimeType": "text/csv", "buffer": content})
    page.click("button:has-text('Check the file')")
    expect(page.get_by_role("button", name="Import 1 transaction")).to_be_visible(timeout=PATIENCE * 1000)


def transaction_that_was_added(page: Page) -> None:
    page.select_option("[name=kind]", "deposit")
    page.fill("[name=amount]", "100")
    page.click("button:has-text('Save')")
    expect(page).to_have_url(re.compile("/portfolios/[0-9]+/$"))
    page.goto(f"{page.url}changes/")
    expect(page.locator("main")).to_contain_text("Deposit")


@pytest.mark.parametrize(
    ("path", "act"),
    [
        ("", explanation),
        ("changes/", switch_of_portfolios),
        ("activity/?q=JNJ", row_being_edited),
        ("/watchlist/", menu_of_a_watched_one),
        ("import/", file_that_was_checked),
        ("transactions/new/", transaction_that_was_added),
    ],
)
def test_what_opens_on_a_screen_has_no_fault(world: World, path: str, act: Callable[[Page], None]) -> None:
    act(world.open(path))

    assert world.faults() == []


def test_what_is_not_there_and_the_door_have_no_fault(world: World, browser: Browser) -> None:
    world.open("/nothing/", 404)
    *_, said = [*world.complaints]
    world.complaints.clear()

    assert "404" in said
    assert world.faults() == []

    stranger = browser.new_page()
    stranger.goto(world.address)
    expect(stranger).to_have_url(re.compile("/login/"))
    assert faults(stranger) == []
    stranger.close()


def test_paper_has_the_tables_and_no_buttons(world: World) -> None:
    page = world.open("")

    page.emulate_media(media="print")

    for hidden in (".side", ".top", ".tabbar", ".btn >> nth=0"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("table.grid tbody tr").first).to_be_visible()
    page.emulate_media(media="screen")


def test_who_asks_for_less_motion_sees_none(world: World) -> None:
    page = world.open("/settings/password/")
    moving = """() => {
      const main = document.querySelector("main");
      main.className = "spin";
      return getComputedStyle(main).animationName;
    }"""

    assert page.evaluate(moving) == "spin"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == "none"
    page.emulate_media(reduced_motion="no-preference")


def test_the_keyboard_skips_to_the_content_and_sees_where_it_is(world: World) -> None:
    page = world.open("")

    page.keyboard.press("Tab")

    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    for _ in range(25):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const at = document.activeElement, seen = getComputedStyle(at);"
            " return [at.outerHTML.slice(0, 80), seen.outlineStyle, parseFloat(seen.outlineWidth)]; }"
        )
        assert focused[1] != "none", focused
        assert focused[2] >= 2, focused
    skip.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_an_explanation_keeps_the_focus_and_gives_it_back(world: World) -> None:
    page = world.open("")
    link = page.locator(".kpis .why-link").first
    link.focus()

    page.keyboard.press("Enter")
    expect(page.locator("#why[open]")).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#why')")
    page.keyboard.press("Escape")

    expect(page.locator("#why")).to_be_hidden()
    expect(link).to_be_focused()


def test_a_phone_has_five_equal_places_and_the_rest_by_the_keyboard_too(world: World) -> None:
    page = world.open("")
    page.set_viewport_size(PHONE)
    places = page.locator(".tabbar > :is(a, details):visible")
    widths = [place.evaluate("one => Math.round(one.getBoundingClientRect().width)") for place in places.all()]

    more = page.locator(".tabbar summary")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tabbar a.rest").first).to_be_visible()
    expect(page.locator(".tabbar > a").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{world.home}income/")
    assert widths == [widths[0]] * 5
    page.set_viewport_size(DESK)


def test_without_javascript_figures_are_there_and_forms_work(world: World, browser: Browser) -> None:
    same = world.page.context.storage_state()
    context = browser.new_context(java_script_enabled=False, viewport=DESK, storage_state=same)
    page = context.new_page()
    page.goto(world.home)
    expect(page.locator("#total")).to_contain_text("$")
    expect(page.locator(".kpis dd").first).to_contain_text("put in")
    expect(page.locator("[aria-labelledby=holdings-title] tbody tr")).to_have_count(14)

    page.goto(f"{world.home}holdings/")
    page.fill("[name=q]", "apple")
    page.press("[name=q]", "Enter")
    expect(page.locator("table.grid tbody tr")).to_have_count(1)

    page.goto(f"{world.home}transactions/new/")
    page.select_option("[name=kind]", "deposit")
    page.fill("[name=amount]", "251")
    page.click("button:has-text('Save')")
    page.goto(f"{world.home}activity/?kind=deposit")
    expect(page.locator("table.activity tbody tr").first).to_contain_text("$251.00")

    page.click("#theme button")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"{world.address}/settings/")
    page.select_option("[name=theme]", "")
    page.click("main button:has-text('Save')")
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    context.close()
