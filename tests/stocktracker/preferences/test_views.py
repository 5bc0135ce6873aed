from io import BytesIO
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.models import Portfolio
from pricing.models import Instrument
from pricing.services.manual import create
from stocktracker.preferences.models import Preferences

pytestmark = pytest.mark.django_db
SENT = {"language": "de", "numbers": "ch", "theme": "dark", "gains": "red-up", "currency": "CHF", "benchmarks": "VT"}


def test_preferences_are_stored_and_count_from_the_next_page_on(signed_in: Client, user: User) -> None:
    answer = signed_in.post("/settings/", {**SENT, "private": "on", "email": "ada@example.org"}, follow=True)

    page = answer.content.decode()
    assert '<html lang="de" data-locale="de-CH" data-theme="dark" data-gains="red-up" data-private="1">' in page
    assert Preferences.objects.get().currency == "CHF"
    user.refresh_from_db()
    assert user.email == "ada@example.org"


def test_a_mistake_comes_back_and_nothing_is_stored(signed_in: Client) -> None:
    answer = signed_in.post("/settings/", {**SENT, "currency": "francs"})

    assert answer.status_code == 422
    assert not Preferences.objects.exists()


def test_the_switches_lead_back_to_the_page_one_was_on(signed_in: Client, portfolio: Portfolio) -> None:
    here = f"http://testserver/portfolios/{portfolio.pk}/activity/"

    on = signed_in.post("/settings/private/1/", headers={"referer": here})
    abroad = signed_in.post("/settings/theme/dark/", headers={"referer": "https://evil.example/"})

    assert on["Location"] == here
    assert abroad["Location"] == "/"
    own = Preferences.objects.get()
    assert (own.private, own.theme) == (True, "dark")
    signed_in.post("/settings/private/")
    assert not Preferences.objects.get().private


def test_a_script_is_answered_without_a_page(signed_in: Client) -> None:
    assert signed_in.post("/settings/theme/light/", headers={"hx-request": "true"}).status_code == 204


@pytest.mark.parametrize("address", ["/settings/currency/EUR/", "/settings/theme/pink/", "/settings/private/yes/"])
def test_nothing_else_can_be_switched(signed_in: Client, address: str) -> None:
    assert signed_in.post(address)["Location"] == "/settings/"
    assert not Preferences.objects.exists()


@pytest.mark.parametrize("address", ["/settings/", "/settings/password/"])
def test_a_stranger_is_sent_to_the_login(client: Client, user: User, address: str) -> None:
    assert client.get(address)["Location"].startswith("/login/")


def test_a_switch_cannot_be_followed_as_a_link(signed_in: Client) -> None:
    assert signed_in.get("/settings/theme/dark/").status_code == 405


def test_an_account_goes_with_everything_in_it_once_the_password_is_said(
    signed_in: Client, user: User, portfolio: Portfolio
) -> None:
    other = User.objects.create_user("bob")

    wrong = signed_in.post("/settings/account/delete/", {"password": "guess"}, follow=True)
    right = signed_in.post("/settings/account/delete/", {"password": "correct horse battery"})

    assert "Nothing was deleted" in wrong.content.decode()
    assert right["Location"] == "/login/"
    assert list(User.objects.all()) == [other]
    assert not Portfolio.objects.exists()


def test_the_password_is_changed_with_the_old_one(signed_in: Client, user: User) -> None:
    new = {"new_password1": "a longer horse 7", "new_password2": "a longer horse 7"}

    answer = signed_in.post("/settings/password/", {"old_password": "correct horse battery", **new})

    user.refresh_from_db()
    assert answer["Location"] == "/settings/"
    assert user.check_password("a longer horse 7")


def test_what_a_person_entered_goes_with_the_account(signed_in: Client, user: User) -> None:
    house = create("MY-HOUSE", "House", "EUR", user)

    signed_in.post("/settings/account/delete/", {"password": "correct horse battery"})

    assert not Instrument.objects.filter(pk=house.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_everything_of_ones_own_is_a_zip(signed_in: Client, portfolio: Portfolio) -> None:
    eve = User.objects.create_user("eve")
    Portfolio.objects.create(owner=eve, name="Hers", base_currency="USD")

    answer = signed_in.get("/settings/everything/")

    with ZipFile(BytesIO(answer.content)) as packed:
        names = packed.namelist()
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="ada-')
    assert "ada/portfolios/01-family/portfolio.json" in names
    assert all(name.startswith("ada/") for name in names)


def test_a_stranger_downloads_nothing(client: Client) -> None:
    assert client.get("/settings/everything/").status_code == 302
