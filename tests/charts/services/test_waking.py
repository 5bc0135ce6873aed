import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from charts.services.asking import ask
from charts.services.waking import prices_came
from charts.tasks import backtest
from pricing.models import Instrument
from stocktracker.jobs.models import Job
from tests.charts.given import hold
from tests.portfolios.given import ran

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_waits_for_a_history_is_due_at_once(user: User) -> None:
    row = ask(hold("COLD", "OTHER"), user, timezone.now())
    job = ran(Job.objects.get(args={"backtest": row.pk}), backtest)
    assert job.run_at > timezone.now()

    prices_came("SOMETHING")
    job.refresh_from_db()
    assert job.run_at > timezone.now()

    prices_came("COLD")
    job.refresh_from_db()
    assert job.run_at <= timezone.now()


def test_an_exchange_rate_wakes_whoever_could_not_know_that_it_was_needed(user: User) -> None:
    row = ask(hold("COLD"), user, timezone.now())
    Instrument.objects.filter(symbol="COLD").update(fetched_at=timezone.now(), currency="EUR")
    job = ran(Job.objects.get(args={"backtest": row.pk}), backtest)
    assert job.error == "Waiting for the history of EURUSD=X"
    assert job.run_at > timezone.now()

    prices_came("EURUSD=X")

    job.refresh_from_db()
    assert job.run_at <= timezone.now()
