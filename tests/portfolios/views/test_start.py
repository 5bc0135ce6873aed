import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from portfolios.models import Portfolio, Transaction
from portfolios.tasks import demo
from stocktracker.jobs.models import Job
from tests.portfolios.given import ran

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def simulated(settings: Settings) -> None:
    settings.MARKET = "simulated"


def test_who_has_nothing_is_offered_three_ways_to_begin(signed_in: Client, settings: Settings) -> None:
    page = signed_in.get("/start/").content.decode()
    settings.MARKET = "live"
    live = signed_in.get("/start/").content.decode()

    assert ("New portfolio" in page, "Load the demo" in page) == (True, True)
    assert "Load the demo" not in live


def test_the_demo_is_made_by_a_job_once_and_goes_at_a_click(signed_in: Client, user: User) -> None:
    for _ in range(2):
        signed_in.post("/demo/add/")
    job = Job.objects.get(kind="portfolios.demo")
    assert ran(job, demo).state == "done"

    made = Portfolio.objects.get(owner=user)
    assert (made.is_demo, made.transactions.count() > 500) == (True, True)
    assert "loaded already" in signed_in.post("/demo/add/", follow=True).content.decode()
    assert signed_in.get("/start/")["Location"] == "/"
    assert "Remove the demo" in signed_in.get(f"/portfolios/{made.pk}/").content.decode()

    signed_in.post("/demo/remove/")

    assert not Portfolio.objects.exists()
    assert not Transaction.objects.exists()


def test_a_portfolio_of_ones_own_is_no_demo(signed_in: Client, portfolio: Portfolio) -> None:
    signed_in.post("/demo/remove/")

    assert Portfolio.objects.get() == portfolio


def test_live_prices_know_no_demo(signed_in: Client, settings: Settings) -> None:
    settings.MARKET = "live"

    page = signed_in.post("/demo/add/", follow=True).content.decode()

    assert "simulated prices only" in page
    assert not Job.objects.exists()


def test_a_demo_for_somebody_who_is_gone_is_nobodys(user: User) -> None:
    from stocktracker.jobs.services import enqueue

    job = enqueue("portfolios.demo", user=0)

    assert ran(job, demo).state == "done"
    assert not Portfolio.objects.exists()
