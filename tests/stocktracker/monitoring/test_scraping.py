import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db

ADDRESS = "/metrics"


def status(client: Client, *, address: str = "203.0.113.9", token: str = "") -> int:
    headers = {"Authorization": token} if token else {}
    return client.get(ADDRESS, headers=headers, REMOTE_ADDR=address).status_code


def test_strangers_read_nothing(client: Client, signed_in: Client) -> None:
    assert status(client) == 403
    assert status(signed_in) == 403
    assert status(client, token="Bearer ") == 403


def test_staff_reads_them(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)

    assert status(client) == 200


@pytest.mark.parametrize(
    ("token", "wanted"),
    [("Bearer s3cret", 200), ("bearer s3cret", 200), ("Bearer other", 403), ("Basic s3cret", 403), ("Bearer é", 403)],
)
def test_a_token_opens_them(client: Client, settings: Settings, token: str, wanted: int) -> None:
    settings.METRICS_TOKEN = "s3cret"

    assert status(client, token=token) == wanted


@pytest.mark.parametrize(
    ("address", "wanted"),
    [("10.1.2.3", 200), ("10.2.0.1", 403), ("::1", 200), ("::ffff:10.1.2.3", 200), ("", 403), ("nonsense", 403)],
)
def test_a_known_network_opens_them(client: Client, settings: Settings, address: str, wanted: int) -> None:
    settings.METRICS_FROM = ["10.1.0.0/16", "::1"]

    assert status(client, address=address) == wanted


def test_a_header_a_stranger_may_send_opens_nothing(client: Client, settings: Settings) -> None:
    settings.METRICS_FROM = ["10.1.0.0/16"]

    answer = client.get(ADDRESS, headers={"X-Forwarded-For": "10.1.2.3"}, REMOTE_ADDR="203.0.113.9")

    assert answer.status_code == 403


def test_the_answer_is_what_prometheus_reads(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "s3cret"

    answer = client.get(ADDRESS, headers={"Authorization": "Bearer s3cret"})

    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert b"# TYPE stocktracker_request_seconds histogram" in answer.content
    assert "no-store" in answer["Cache-Control"]
