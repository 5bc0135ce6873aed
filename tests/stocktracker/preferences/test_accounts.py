import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db
FIRST = {"username": "ada", "password1": "correct horse battery", "password2": "correct horse battery"}


def test_who_comes_first_makes_the_first_account_and_is_signed_in(client: Client) -> None:
    assert client.get("/login/")["Location"] == "/setup/"
    assert "first" in client.get("/setup/").content.decode()

    answer = client.post("/setup/", FIRST)

    assert answer["Location"] == "/"
    user = User.objects.get()
    assert (user.username, user.is_staff, user.is_superuser) == ("ada", True, True)
    assert client.get("/settings/").status_code == 200


def test_a_weak_password_is_refused_and_nobody_is_made(client: Client) -> None:
    answer = client.post("/setup/", {**FIRST, "password1": "1234", "password2": "1234"})

    assert answer.status_code == 422
    assert not User.objects.exists()


def test_where_somebody_has_an_account_there_is_no_second_first(client: Client, user: User) -> None:
    assert client.get("/setup/")["Location"] == "/login/"
    assert client.post("/setup/", {**FIRST, "username": "eve"})["Location"] == "/login/"
    assert list(User.objects.all()) == [user]
    assert client.get("/login/").status_code == 200


def test_two_at_once_do_not_both_become_the_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User.objects, "exists", iter([False, True]).__next__)

    assert client.post("/setup/", FIRST)["Location"] == "/login/"
    assert not User.objects.filter(username="ada").count()
