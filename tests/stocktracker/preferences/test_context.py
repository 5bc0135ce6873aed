import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory

from stocktracker.formats import STYLES, written_as
from stocktracker.preferences.context import reader
from stocktracker.preferences.models import Preferences


@pytest.mark.django_db
def test_a_template_knows_its_reader(user: User) -> None:
    request = RequestFactory().get("/")
    request.user = user
    Preferences.objects.create(user=user, gains="blue")

    with written_as(STYLES["de"]):
        known = reader(request)

    assert known["reader"].gains == "blue"
    assert known["style"].locale == "de-DE"


def test_a_stranger_has_the_defaults() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert reader(request)["reader"].theme == ""
