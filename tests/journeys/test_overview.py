"""The overview asks again every few seconds, and whoever reads it is not disturbed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from stocktracker.monitoring.models import Alarm
from tests.stocktracker.monitoring.counting import timed

from .conftest import Processes, eventually, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# Whether each poll from now on was held back; app.js has listened before.
LISTEN = """window.held = [];
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "overview") window.held.push(event.defaultPrevented);
})"""
HIDE = "hidden => Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })"
MARK = "getSelection().selectAllChildren(document.getElementById('glance-title'))"


@pytest.fixture
def overview(processes: Processes, page: Page, owner: User) -> Page:
    now = timezone.now()
    User.objects.update(is_staff=True)
    Alarm.objects.create(rule="redis", since=now - timedelta(hours=1), seen_at=now, fired_at=now, resolved_at=now)
    timed(now, 0.2, "request", "a page with a name that needs more room than a phone has", "2xx")
    address = processes.web()
    log_in(page, address)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/monitoring/?span=5m")
    return page


def polled(page: Page) -> None:
    """Lets the next poll come, and its answer be shown."""
    page.evaluate("document.getElementById('overview').dataset.old = '1'")
    expect(page.locator("#overview[data-old]")).to_have_count(0, timeout=15_000)


def test_a_poll_leaves_what_is_open_open_and_what_is_scrolled_where_it_is(overview: Page) -> None:
    overview.click("#gone-alarms summary")
    overview.evaluate("document.getElementById('pages-table').scrollLeft = 40")
    aside = overview.evaluate("document.getElementById('pages-table').scrollLeft")
    overview.focus("#gone-alarms-title")

    polled(overview)

    assert aside > 0, "the table is wider than the phone"
    assert overview.evaluate("document.getElementById('pages-table').scrollLeft") == aside
    assert overview.evaluate("document.getElementById('gone-alarms').open")
    assert overview.evaluate("document.activeElement.id") == "gone-alarms-title"


def test_it_asks_only_while_somebody_looks_and_marks_nothing(overview: Page) -> None:
    overview.evaluate(LISTEN)
    for begin, end in (
        (f"({HIDE})(true)", f"({HIDE})(false)"),
        (MARK, "getSelection().removeAllRanges()"),
    ):
        overview.evaluate("window.held = []")
        overview.evaluate(begin)
        eventually(lambda: overview.evaluate("window.held.length"), "a poll")
        assert overview.evaluate("window.held") == [True]
        overview.evaluate(end)

    polled(overview)
