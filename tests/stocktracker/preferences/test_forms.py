from typing import Any

import pytest
from django.contrib.auth.models import User

from stocktracker.preferences.forms import PreferencesForm
from stocktracker.preferences.models import Preferences

pytestmark = pytest.mark.django_db


def sent(user: User, **fields: Any) -> PreferencesForm:
    whole = {"language": "", "numbers": "", "theme": "", "gains": "", "currency": "USD", "benchmarks": ""} | fields
    return PreferencesForm(whole, instance=Preferences(user=user))


def test_a_currency_and_tickers_are_written_large_and_once(user: User) -> None:
    form = sent(user, currency="eur", benchmarks="vt spy, vt")

    assert form.is_valid()
    assert form.cleaned_data["currency"] == "EUR"
    assert form.cleaned_data["benchmarks"] == "VT, SPY"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("currency", "E2R", "three letters"),
        ("currency", "DM", "three letters"),
        ("benchmarks", "A B C D E", "no more than four"),
        ("language", "tlh", "Select a valid choice"),
        ("theme", "pink", "is not one of"),
        ("email", "nobody", "valid email"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(user: User, field: str, value: str, said: str) -> None:
    form = sent(user, **{field: value})

    assert not form.is_valid()
    assert said in str(form.errors[field])


def test_the_address_of_now_is_offered(user: User) -> None:
    User.objects.update(email="ada@example.org")

    assert PreferencesForm(instance=Preferences(user=user)).initial["email"] == "ada@example.org"
