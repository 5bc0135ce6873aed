from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.models import Alert, Watched
from pricing.models import Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job
from tests.portfolios.given import NOW, bars, quote

pytestmark = pytest.mark.django_db
PAGE = "/watchlist/"


@pytest.fixture
def watched(user: User, apple: Instrument) -> Watched:
    """At 200, up from 190."""
    bars(apple, {"2024-06-03": 180.0, "2024-06-04": 190.0})
    quote(apple, "200", "190")
    return Watched.objects.create(user=user, instrument=apple, note="waiting")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_empty_list_says_what_will_be_here(signed_in: Client) -> None:
    page = text(signed_in.get(PAGE))

    assert ("Nothing yet" in page, "Choose a symbol" in page) == (True, True)


def test_what_is_watched_is_shown_without_asking_the_market(
    signed_in: Client, watched: Watched, market: Market, django_assert_num_queries: Callable[..., Any]
) -> None:
    Alert.objects.create(user=watched.user, instrument=watched.instrument, threshold=250)

    with django_assert_num_queries(
        8
    ):  # the other portfolios; session, user; watched with quotes, alerts, hours, ranges; jobs
        page = text(signed_in.get(PAGE))

    for shown in ("AAPL", "$200.00", "+5.26%", "waiting", "≥ $250.00"):
        assert shown in page
    assert market.requests() == []


def test_a_symbol_is_added_with_a_note_and_its_history_is_asked_for(signed_in: Client) -> None:
    page = text(signed_in.post(PAGE, {"symbol": "ko", "note": "when it is cheap"}, follow=True))

    assert ("KO is on your watchlist." in page, "when it is cheap" in page) == (True, True)
    assert Job.objects.get().kind == "stocktracker.backfill"


def test_a_wrong_symbol_comes_back_with_its_error(signed_in: Client) -> None:
    answer = signed_in.post(PAGE, {"symbol": "no such thing"})

    assert (answer.status_code, Watched.objects.count()) == (422, 0)
    assert "Write a ticker" in text(answer)


def test_a_note_is_changed_and_one_too_long_is_not(signed_in: Client, watched: Watched) -> None:
    address = f"{PAGE}{watched.pk}/note/"
    signed_in.post(address, {"note": "later"})

    page = text(signed_in.post(address, {"note": "x" * 201}, follow=True))

    watched.refresh_from_db()
    assert (watched.note, "The note is too long." in page) == ("later", True)


def test_an_alert_is_set_and_one_that_is_met_already_is_not(signed_in: Client, watched: Watched) -> None:
    address = f"{PAGE}{watched.pk}/alert/"
    form = text(signed_in.get(address))
    refused = signed_in.post(address, {"kind": "above", "threshold": "150"})
    page = text(signed_in.post(address, {"kind": "above", "threshold": "250", "note": "sell"}, follow=True))

    assert ("It is at $200.00 now." in form, refused.status_code) == (True, 422)
    assert "The alert is set: AAPL ≥ $250.00." in page
    row = Alert.objects.get()
    assert (row.user, row.instrument, row.note, row.active) == (watched.user, watched.instrument, "sell", True)


def test_an_alert_that_went_off_is_listed_armed_again_and_removed(signed_in: Client, watched: Watched) -> None:
    row = Alert.objects.create(
        user=watched.user, instrument=watched.instrument, threshold=199, active=False,
        triggered_at=NOW, triggered_price=200,
    )  # fmt: skip
    Alert.objects.update(triggered_at="2999-01-01T00:00:00Z")
    listed = text(signed_in.get(PAGE))

    armed = text(signed_in.post(f"{PAGE}alerts/{row.pk}/arm/", follow=True))
    gone = text(signed_in.post(f"{PAGE}alerts/{row.pk}/remove/", follow=True))

    assert ("Alerts that went off" in listed, "Alerts that went off" in armed) == (True, False)
    assert ("The alert is gone." in gone, Alert.objects.count()) == (True, 0)


def test_who_stops_watching_is_told_what_went_with_it(signed_in: Client, watched: Watched) -> None:
    Alert.objects.create(user=watched.user, instrument=watched.instrument, threshold=250)

    page = text(signed_in.post(f"{PAGE}{watched.pk}/remove/", follow=True))

    assert "AAPL is off your watchlist. 1 alert went with it." in page
    assert (Watched.objects.count(), Alert.objects.count()) == (0, 0)


def test_seen_alerts_are_told_no_more_with_and_without_javascript(signed_in: Client, watched: Watched) -> None:
    def told() -> Alert:
        return Alert.objects.create(
            user=watched.user, instrument=watched.instrument, threshold=1, active=False,
            triggered_at=NOW, triggered_price=200,
        )  # fmt: skip

    told()
    shown = {"until": NOW.isoformat()}
    part = signed_in.post(f"{PAGE}seen/", shown, headers={"HX-Request": "true"})
    told()
    page = signed_in.post(f"{PAGE}seen/", shown)

    assert ("AAPL is at" in text(part), part.status_code, page.status_code) == (False, 200, 302)
    assert not Alert.objects.filter(seen=False).exists()


@pytest.mark.parametrize("until", ["2024-06-05T14:59:59+00:00", "2024-06-05", "", "9" * 5000])
def test_what_went_off_after_the_page_was_made_is_not_seen(signed_in: Client, watched: Watched, until: str) -> None:
    Alert.objects.create(
        user=watched.user, instrument=watched.instrument, threshold=1, active=False, triggered_at=NOW,
        triggered_price=200,
    )  # fmt: skip

    signed_in.post(f"{PAGE}seen/", {"until": until})

    assert Alert.objects.filter(seen=False).exists()
    assert f'name="until" value="{NOW.isoformat()[:10]}' in text(signed_in.get("/settings/"))


@pytest.mark.parametrize("rest", ["note/", "remove/", "alert/"])
def test_what_somebody_else_watches_does_not_exist(signed_in: Client, apple: Instrument, rest: str) -> None:
    other = Watched.objects.create(user=User.objects.create(username="bob"), instrument=apple)

    assert signed_in.post(f"{PAGE}{other.pk}/{rest}", {"note": "x", "kind": "above", "threshold": 1}).status_code == 404
    assert (Watched.objects.count(), Alert.objects.count()) == (1, 0)


@pytest.mark.parametrize("rest", ["arm/", "remove/"])
def test_somebody_elses_alert_does_not_exist(signed_in: Client, apple: Instrument, rest: str) -> None:
    other = Alert.objects.create(user=User.objects.create(username="bob"), instrument=apple, threshold=1)

    assert signed_in.post(f"{PAGE}alerts/{other.pk}/{rest}").status_code == 404
    assert Alert.objects.count() == 1


def test_nothing_is_changed_by_a_look(signed_in: Client, watched: Watched) -> None:
    addresses = [f"{PAGE}seen/", f"{PAGE}{watched.pk}/note/", f"{PAGE}{watched.pk}/remove/"]

    assert [signed_in.get(address).status_code for address in addresses] == [405] * 3
