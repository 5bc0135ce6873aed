from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.models import Portfolio, Snapshot
from pricing.models import Finding, Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def test_the_problem_comes_first_then_the_ledger_then_prices(
    signed_in: Client, invested: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    finding = {"kind": "price", "day": "2024-06-03", "message": "AAPL was traded at 15."}
    Snapshot.objects.update(problem="It does not add up.", findings=[finding])
    pound = Instrument.objects.get(symbol="GBPUSD=X")
    Finding.objects.create(instrument=pound, kind="rate_gap", day=date(2024, 1, 2), message="6 days.", found_at=NOW)

    # session, user, portfolio, snapshot, traded and benchmarks, instruments, findings, jobs
    with django_assert_num_queries(9):
        page = signed_in.get(f"/portfolios/{invested.pk}/quality/").content.decode()

    told = ("It does not add up.", "3 Jun 2024", "AAPL was traded at 15.", "GBPUSD=X", "2 Jan 2024", "Rate gap")
    places = [page.index(text) for text in told]
    assert places == sorted(places)
    assert "Nothing looks wrong" not in page


def test_where_nothing_is_wrong_the_page_says_so(signed_in: Client, portfolio: Portfolio) -> None:
    assert "Nothing looks wrong" in signed_in.get(f"/portfolios/{portfolio.pk}/quality/").content.decode()


@pytest.fixture
def gap(invested: Portfolio) -> Finding:
    pound = Instrument.objects.get(symbol="GBPUSD=X")
    return Finding.objects.create(instrument=pound, kind="gap", day=date(2024, 1, 2), message="None.", found_at=NOW)


def fetch(portfolio: Portfolio, finding: Finding) -> str:
    return f"/portfolios/{portfolio.pk}/quality/{finding.pk}/fetch/"


def test_whoever_depends_on_a_price_asks_for_its_history_again(
    signed_in: Client, user: User, invested: Portfolio, gap: Finding, market: Market
) -> None:
    before = signed_in.get(f"/portfolios/{invested.pk}/quality/").content.decode()

    page = signed_in.post(fetch(invested, gap), follow=True).content.decode()

    job = Job.objects.get(kind="stocktracker.backfill")
    assert fetch(invested, gap) in before
    assert (job.args["symbol"], job.requested_by) == ("GBPUSD=X", user)
    assert "The history of GBPUSD=X is being fetched again." in page
    assert market.requests() == []


def test_nobody_asks_for_what_his_portfolio_does_not_depend_on(
    signed_in: Client, client: Client, user: User, invested: Portfolio, gap: Finding
) -> None:
    other = Portfolio.objects.create(owner=user, name="Other")
    mine = signed_in.post(fetch(other, gap)).status_code
    client.force_login(User.objects.create_user("eve", is_staff=True))

    assert (mine, client.post(fetch(invested, gap)).status_code) == (404, 404)
    assert not Job.objects.filter(kind="stocktracker.backfill").exists()


def test_nothing_is_fetched_by_a_link(signed_in: Client, invested: Portfolio, gap: Finding) -> None:
    assert signed_in.get(fetch(invested, gap)).status_code == 405


def test_of_what_is_priced_by_hand_a_sentence_says_that_nobody_can_be_asked(
    signed_in: Client, invested: Portfolio, gap: Finding
) -> None:
    Instrument.objects.update(status=Instrument.Status.MANUAL)

    shown = signed_in.get(f"/portfolios/{invested.pk}/quality/").content.decode()
    page = signed_in.post(fetch(invested, gap), follow=True).content.decode()

    assert "Fetch again" not in shown
    assert "there is no source to fetch it from" in page


def test_staff_finds_more_remedies(signed_in: Client, user: User, invested: Portfolio, gap: Finding) -> None:
    address, link = f"/portfolios/{invested.pk}/quality/", "/monitoring/instruments/GBPUSD=X/"
    before = signed_in.get(address).content.decode()
    User.objects.update(is_staff=True)

    assert (link in before, link in signed_in.get(address).content.decode()) == (False, True)
