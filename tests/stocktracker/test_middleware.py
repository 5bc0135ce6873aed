import re

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from portfolios.models import Portfolio
from stocktracker.jobs.models import Job
from stocktracker.middleware import POLICY

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def broken(_request: HttpRequest) -> HttpResponse:
    raise ValueError("a defect of ours")


@pytest.mark.parametrize(
    ("address", "status"), [("/login/", 200), ("/nowhere", 404), ("/jobs/", 302), ("/admin/", 302), ("/healthz", 200)]
)
def test_every_answer_carries_the_policy(client: Client, user: User, address: str, status: int) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer["Content-Security-Policy"]) == (status, POLICY)


def test_an_error_of_ours_carries_the_policy_too(client: Client, settings: Settings) -> None:
    settings.ROOT_URLCONF = (path("broken", broken),)
    client.raise_request_exception = False

    answer = client.get("/broken")

    assert (answer.status_code, answer["Content-Security-Policy"]) == (500, POLICY)


def test_a_request_for_a_foreign_host_is_refused_with_the_policy(client: Client) -> None:
    answer = client.get("/login/", headers={"host": "evil.example"})

    assert (answer.status_code, answer["Content-Security-Policy"]) == (400, POLICY)


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert POLICY.startswith("default-src 'none';")
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_the_login_page_has_nothing_inline(client: Client) -> None:
    assert INLINE.findall(client.get("/login/").text) == []


@pytest.mark.parametrize("address", ["/jobs/", "/portfolios/new/", "/portfolios/{pk}/", "/portfolios/{pk}/activity/"])
def test_a_page_has_nothing_inline(signed_in: Client, portfolio: Portfolio, address: str) -> None:
    Job.objects.create(kind="jobs.prune", queue="housekeeping", portfolio_id=portfolio.pk, error="Too late.")

    answer = signed_in.get(address.format(pk=portfolio.pk))

    assert (answer.status_code, INLINE.findall(answer.text)) == (200, [])


ADMIN_PAGES = [
    "", "login/", "jobs/job/", "pricing/upstream/", "pricing/instrument/", "auth/user/", "auth/user/add/",
    "django_celery_beat/periodictask/", "django_celery_beat/periodictask/add/",
]  # fmt: skip


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_a_page_of_the_admin_has_nothing_inline(admin_client: Client, page: str) -> None:
    answer = admin_client.get(f"/admin/{page}", follow=True)

    assert (answer.status_code, INLINE.findall(answer.text)) == (200, [])


def test_the_search_for_inline_code_finds_it() -> None:
    found = INLINE.findall("<script>x</script><p style='a' onclick='b'><script src='c'></script><style>")

    assert len(found) == 4


@pytest.mark.parametrize(("market", "told"), [("simulated", True), ("live", False)])
def test_the_login_page_tells_the_demos_password_on_simulated_prices_only(
    client: Client, user: User, settings: Settings, market: str, *, told: bool
) -> None:
    settings.MARKET = market

    assert ("demo account" in client.get("/login/").text) is told


def test_who_is_signed_in_never_sees_the_login_page_again(signed_in: Client, user: User) -> None:
    assert signed_in.get("/login/")["Location"] == "/"


def test_one_logs_in_with_name_and_password_and_gets_where_one_wanted(client: Client, user: User) -> None:
    answer = {"username": "ada", "password": "correct horse battery", "next": "/jobs/"}

    wrong = client.post("/login/", answer | {"password": "guess"})
    right = client.post("/login/?next=/jobs/", answer)

    assert "Please enter a correct username and password" in wrong.text
    assert (right.status_code, right["Location"]) == (302, "/jobs/")


def test_a_login_never_leads_to_another_site(client: Client, user: User) -> None:
    answer = client.post(
        "/login/", {"username": "ada", "password": "correct horse battery", "next": "https://evil.example/"}
    )

    assert answer["Location"] == "/"
