from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from pricing.models import Breaker, Finding, Instrument, Upstream
from pricing.upstream.circuit import State

pytestmark = pytest.mark.django_db

LIST = "/admin/pricing/breaker/"


@pytest.fixture
def paused() -> Breaker:
    """A breaker that has opened."""
    row = Breaker.locked("yahoo", "quote")
    now = timezone.now()
    row.move(row.circuit.after_failure(now, 0, weight=5, reason="RateLimited: HTTP 429"), now)
    return row


def act(client: Client, action: str, row: Breaker) -> str:
    return client.post(LIST, {"action": action, "_selected_action": [row.pk]}, follow=True).text


def transitions(row: Breaker) -> list[tuple[str, str, str]]:
    return list(row.transitions.order_by("pk").values_list("before", "after", "reason"))


def test_a_breaker_is_shown_with_its_transitions(admin_client: Client, paused: Breaker) -> None:
    listed = admin_client.get(LIST)
    detail = admin_client.get(f"{LIST}{paused.pk}/change/")

    assert "RateLimited: HTTP 429" in listed.text
    assert (detail.status_code, detail.text.count("RateLimited: HTTP 429")) == (200, 2)
    assert 'name="_save"' not in detail.text


def test_forcing_it_open_refuses_every_call_and_says_who_did_it(admin_client: Client, paused: Breaker) -> None:
    page = act(admin_client, "force_open", paused)

    paused.refresh_from_db()
    assert (paused.state, paused.forced) == ("open", "open")
    assert transitions(paused)[-1] == ("open", "open", "forced open by admin")
    assert "Done. What changed is listed below the breaker." in page


def test_forcing_it_closed_asks_whatever_happens_until_it_is_let_go(admin_client: Client, paused: Breaker) -> None:
    act(admin_client, "force_closed", paused)
    forced = Breaker.objects.get().circuit.ask(timezone.now(), timedelta(seconds=1))[0].allowed
    act(admin_client, "let_go", paused)
    let_go = Breaker.objects.get().circuit.ask(timezone.now(), timedelta(seconds=1))[0].allowed

    assert (forced, let_go) == (True, False)
    assert [row[:2] for row in transitions(paused)] == [("closed", "open"), ("open", "closed"), ("closed", "open")]


def test_reset_closes_it_and_forgets_what_was_counted(admin_client: Client, paused: Breaker) -> None:
    act(admin_client, "reset", paused)

    paused.refresh_from_db()
    assert (paused.state, paused.failures, paused.open_until, paused.forced) == (State.CLOSED, 0, None, "")
    assert transitions(paused)[-1][:2] == ("open", "closed")


def test_nothing_about_it_can_be_typed_or_deleted(admin_client: Client, paused: Breaker) -> None:
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(f"{LIST}{paused.pk}/change/", {"state": "closed"}).status_code == 403
    assert admin_client.post(f"{LIST}{paused.pk}/delete/", {"post": "yes"}).status_code == 403


def test_who_may_only_look_can_force_nothing(client: Client, paused: Breaker) -> None:
    person = User.objects.create_user("bob", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_breaker"))
    client.force_login(person)

    act(client, "force_closed", paused)

    paused.refresh_from_db()
    assert paused.forced == ""
    assert client.get(LIST).status_code == 200


def test_the_budget_of_a_source_is_shown(admin_client: Client) -> None:
    Upstream.objects.create(name="yahoo", hour_count=123, day_count=1777)

    page = admin_client.get("/admin/pricing/upstream/").text

    assert "123" in page
    assert "1777" in page


def test_instruments_are_listed_and_found_by_name(admin_client: Client, apple: Instrument) -> None:
    Instrument.objects.create(symbol="VOD.L", name="Vodafone Group Plc")

    page = admin_client.get("/admin/pricing/instrument/", {"q": "apple"}).text

    assert "AAPL" in page
    assert "VOD.L" not in page
    assert admin_client.get(f"/admin/pricing/instrument/{apple.pk}/change/").status_code == 200


def test_what_looks_wrong_is_listed_and_only_to_be_read(admin_client: Client, apple: Instrument) -> None:
    row = Finding.objects.create(
        instrument=apple,
        kind="jump",
        day=timezone.now().date(),
        message="Two units are mixed.",
        found_at=timezone.now(),
    )

    page = admin_client.get("/admin/pricing/finding/").text

    assert "Two units are mixed." in page
    assert "AAPL" in page
    assert admin_client.post(f"/admin/pricing/finding/{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", ["breaker", "upstream", "instrument", "finding"])
def test_users_who_are_not_staff_are_sent_away(signed_in: Client, model: str) -> None:
    assert signed_in.get(f"/admin/pricing/{model}/")["Location"].startswith("/admin/login/")
