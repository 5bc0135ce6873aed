import pytest
from django.contrib.auth.models import User
from django.test import Client

from stocktracker.formats import style
from stocktracker.preferences.models import Preferences

pytestmark = pytest.mark.django_db


def test_a_person_reads_the_language_of_his_own_choice(signed_in: Client, user: User) -> None:
    Preferences.objects.create(user=user, language="de")

    answer = signed_in.get("/settings/", headers={"accept-language": "en"})

    assert answer["Content-Language"] == "de"
    assert '<html lang="de" data-locale="de-DE"' in answer.content.decode()
    assert "Accept-Language" not in answer.get("Vary", "")


@pytest.mark.parametrize(("wished", "read"), [("de-AT,de;q=0.9", "de"), ("en-GB", "en"), ("tlh", "en")])
def test_without_one_the_browser_is_asked(client: Client, wished: str, read: str) -> None:
    User.objects.create_user("ada")

    answer = client.get("/login/", headers={"accept-language": wished})

    assert answer["Content-Language"] == read
    assert "Accept-Language" in answer["Vary"]


def test_nobody_inherits_the_style_of_the_reader_before(signed_in: Client, user: User) -> None:
    Preferences.objects.create(user=user, numbers="de", private=True)

    signed_in.get("/settings/")

    assert (style().point, style().private) == (".", False)
