from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portfolios.models import Portfolio, Transaction
from stocktracker.jobs.models import Job

pytestmark = pytest.mark.django_db


def demo() -> str:
    said = StringIO()
    call_command("demo", stdout=said)
    return said.getvalue().strip()


def test_the_demo_is_ten_years_of_more_than_a_dozen_holdings(settings: Settings) -> None:
    settings.MARKET = "simulated"

    assert demo() == "Loaded «Demo portfolio»."

    portfolio = Portfolio.objects.get()
    days = portfolio.transactions.values_list("date", flat=True)
    symbols = set(portfolio.transactions.exclude(instrument=None).values_list("instrument__symbol", flat=True))
    assert len(symbols) >= 12
    assert min(days).year == timezone.now().year - 10
    assert max(days) <= timezone.now().date()
    assert Job.objects.filter(kind="stocktracker.backfill").count() == len(symbols | {"SPY"})
    assert Job.objects.filter(kind="stocktracker.rebuild", portfolio_id=portfolio.pk).count() == 1


def test_the_demo_user_can_log_in_and_see_it(client: Client) -> None:
    demo()

    entered = client.post("/login/", {"username": "demo", "password": "demo"}, follow=True)

    assert entered.redirect_chain[-1][0] == f"/portfolios/{Portfolio.objects.get().pk}/"
    assert User.objects.get().is_staff  # who tries it sees monitoring and admin too


def test_a_second_time_loads_nothing() -> None:
    demo()
    count = Transaction.objects.count()

    assert demo() == "The demo is loaded already."
    assert (Transaction.objects.count(), Portfolio.objects.count()) == (count, 1)


def test_in_live_mode_the_demo_is_refused_with_a_sentence(settings: Settings) -> None:
    settings.MARKET = "live"

    with pytest.raises(CommandError, match="The demo lives on simulated prices only"):
        demo()

    assert not User.objects.exists()
