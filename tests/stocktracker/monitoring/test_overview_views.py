import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from stocktracker.metrics.recording import recorder
from stocktracker.monitoring.models import Alarm, Event

from .counting import timed

pytestmark = pytest.mark.django_db

PAGES = ("/monitoring/", "/monitoring/history/", "/monitoring/events/")


@pytest.mark.parametrize("page", PAGES)
def test_it_is_for_staff(client: Client, user: User, page: str) -> None:
    assert client.get(page)["Location"].startswith("/login/")
    client.force_login(user)
    assert client.get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_deployment_has_every_page(as_staff: Client, page: str) -> None:
    assert as_staff.get(page).status_code == 200


def test_the_overview_shows_what_is_counted_and_asks_again(as_staff: Client) -> None:
    timed(timezone.now(), 0.25, "request", "dashboard", "2xx", times=3)

    page = as_staff.get("/monitoring/?span=5m").content.decode()
    part = as_staff.get("/monitoring/?span=5m", headers={"HX-Request": "true"}).content.decode()

    assert 'hx-get="/monitoring/?span=5m" hx-trigger="every 5s"' in page
    assert re.search(r"<td>dashboard</td><td class=\"num\">3</td>", page)
    assert "<html" in page
    assert part.lstrip().startswith('<div id="overview"')


def test_what_is_wrong_is_told_on_every_page_of_staff_and_of_nobody_else(as_staff: Client, user: User) -> None:
    now = timezone.now()
    facts = {"count": 3, "all": 40, "limit": "2"}
    Alarm.objects.create(rule="errors", facts=facts, since=now, seen_at=now, fired_at=now)
    told = "3 of 40 requests of the last five minutes ended in an error"

    of_staff, overview = (as_staff.get(page).content.decode() for page in ("/jobs/", "/monitoring/"))
    as_staff.force_login(user)

    assert told in of_staff
    assert overview.count(told) == 1, "once, in its own card"
    assert told not in as_staff.get("/jobs/").content.decode()


def test_events_are_told_without_markup_of_theirs(as_staff: Client) -> None:
    Event.objects.create(at=timezone.now(), kind="worker", code="worker_left", facts={"name": "<b>x</b>"})

    assert "The worker &lt;b&gt;x&lt;/b&gt; left." in as_staff.get("/monitoring/events/").content.decode()


def test_statements_are_shown_without_markup_of_theirs(as_staff: Client) -> None:
    recorder.forget()
    timed(timezone.now(), 0.25, "slow", "<script>")

    assert "<script>alert" not in as_staff.get("/monitoring/").content.decode()
    assert "&lt;script&gt;" in as_staff.get("/monitoring/").content.decode()
