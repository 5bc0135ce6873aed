import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from portfolios.models import Portfolio
from pricing import gateway
from pricing.simulator.control import Market
from stocktracker.metrics import reading
from stocktracker.metrics.recording import recorder
from stocktracker.metrics.requests import measured, page_of
from stocktracker.metrics.series import ASKED, CACHE, DATABASE, REQUEST, STATEMENTS, Numbers

pytestmark = pytest.mark.django_db


def counted() -> Numbers:
    recorder.flush()
    return reading.last(timedelta(minutes=1), datetime.now(UTC))


def test_a_page_is_counted_under_its_name_with_its_statements(signed_in: Client, portfolio: Portfolio) -> None:
    recorder.forget()
    for _ in range(3):
        signed_in.get(f"/portfolios/{portfolio.pk}/activity/")

    found = counted()

    assert found.labels(REQUEST) == [("activity", "2xx")]
    timing = found.timing(REQUEST, "activity", "2xx")
    assert timing.count == 3
    assert 0 < timing.seconds < 30
    assert found.amount(STATEMENTS, "activity") >= 3
    assert 0 < found.amount(DATABASE, "activity") < timing.seconds * 1_000_000
    assert found.amount(ASKED, "activity") == 0


def test_answers_are_told_apart(client: Client) -> None:
    for path in ("/healthz", "/jobs/", "/nowhere/at/all", "/nothing", "/static/stocktracker/app.js"):
        client.get(path)

    assert counted().labels(REQUEST) == [
        ("healthz", "2xx"), ("jobs", "3xx"), ("nowhere", "4xx"), ("static", "2xx")
    ]  # fmt: skip


def test_an_error_nobody_caught_is_counted(client: Client, settings: Settings) -> None:
    client.raise_request_exception = False
    settings.ROOT_URLCONF = "tests.stocktracker.metrics.broken"

    assert client.get("/broken").status_code == 500

    assert counted().timing(REQUEST, "broken", "5xx").count == 1


def test_what_a_browser_had_already_is_a_find(signed_in: Client, portfolio: Portfolio) -> None:
    address = f"/api/dashboard-initial-data/{portfolio.pk}"
    first = signed_in.get(address)
    signed_in.get(address, headers={"If-None-Match": first["ETag"]})
    signed_in.get(address, headers={"If-None-Match": '"something else"'})

    found = counted()

    assert found.amount(CACHE, "browser", "hits") == 1
    assert found.amount(CACHE, "browser", "misses") == 1
    assert first.status_code == 200


def test_parts_of_pages_that_were_kept_are_finds(signed_in: Client, portfolio: Portfolio) -> None:
    for _ in range(2):
        signed_in.get(f"/portfolios/{portfolio.pk}/activity/")

    found = counted()

    assert found.amount(CACHE, "parts", "hits") > 0


def test_the_answer_says_what_it_cost_and_staff_reads_it_plainly(signed_in: Client, user: User) -> None:
    told = signed_in.get("/jobs/")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    to_staff = signed_in.get("/jobs/")

    assert re.match(r'app;dur=\d+\.\d, db;dur=\d+\.\d;desc="\d+ SQL"', told["Server-Timing"])
    assert "X-Execution-Time" not in told
    assert re.fullmatch(r"\d+\.\dms", to_staff["X-Execution-Time"])


def test_a_page_that_asks_a_source_is_found_out(market: Market, client: Client) -> None:
    def asks(_request: HttpRequest) -> HttpResponse:
        list(gateway.quotes(["AAPL"]))
        return HttpResponse("ok")

    measured(asks)(RequestFactory().get("/"))

    assert counted().amount(ASKED, "nowhere") == 1


def test_a_slow_request_is_named_in_the_log(
    client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SLOW_REQUEST_SECONDS = 0.0

    client.get("/healthz")

    assert "healthz took 0.0 s: 0 statements" in caplog.text


def test_made_up_addresses_make_no_new_names() -> None:
    requests = [RequestFactory().get(path) for path in ("/a", "/b?c=d", "/static/x.css")]

    assert [page_of(request) for request in requests] == ["nowhere", "nowhere", "static"]
