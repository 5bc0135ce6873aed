"""Alerts and the simulated market: what a refresh stores is what they are checked against."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from portfolios.models import Alert
from pricing.models import Instrument, Quote
from pricing.services.backfill import ask, take
from pricing.services.refresh import refresh_quotes
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from stocktracker.pipelines import fetch_history

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 20, 16, tzinfo=UTC)
DAYS = [date(2026, 11, day) for day in (16, 17, 18, 19)]


def at_work(_done: int, _total: int, _message: str) -> None:
    """Nobody looks at the progress."""


@pytest.fixture
def share(market: Market) -> Instrument:
    """At 100 for four days, with its history."""
    market.set_time(FRIDAY - timedelta(days=1, hours=-6))
    market.history("KO", [(day, 100.0) for day in DAYS])
    row = Instrument.objects.create(symbol="KO")
    take(row, ask(row, FRIDAY - timedelta(hours=18)), FRIDAY - timedelta(hours=18))
    return Instrument.objects.get(pk=row.pk)


def alert(user: User, share: Instrument, threshold: str, kind: str = "above") -> Alert:
    armed = FRIDAY - timedelta(hours=12)
    return Alert.objects.create(user=user, instrument=share, kind=kind, threshold=Decimal(threshold), armed_at=armed)


def moved(market: Market, close: float) -> None:
    market.set_time(FRIDAY)
    market.history("KO", [*((day, 100.0) for day in DAYS), (FRIDAY.date(), close)])


def test_a_refresh_lets_alerts_go_off_with_the_quotes_it_stores(user: User, share: Instrument, market: Market) -> None:
    near, far = alert(user, share, "102"), alert(user, share, "110")
    moved(market, 103.0)

    refresh_quotes([share], FRIDAY, at_work)

    price = Quote.objects.get().price
    assert price > 102
    assert list(Alert.objects.filter(active=False).values_list("pk", "triggered_price")) == [(near.pk, price)]
    assert Alert.objects.get(active=True) == far


def test_a_price_that_is_not_believed_lets_none_go_off(user: User, share: Instrument, market: Market) -> None:
    alert(user, share, "40", "below")
    market.set_time(FRIDAY)
    rows = [*((day, 100.0) for day in DAYS), (FRIDAY.date(), 25.75)]
    market.history("KO", rows, splits=[(FRIDAY.date(), 4, 1)])

    result = refresh_quotes([share], FRIDAY, at_work)

    assert (result.restated, Alert.objects.get().active) == (["KO"], True)  # at 25, of new shares


def test_across_a_split_it_waits_for_the_same_worth(user: User, share: Instrument, market: Market) -> None:
    row = alert(user, share, "40", "below")
    market.set_time(FRIDAY)
    rows = [*((day, 100.0) for day in DAYS), (FRIDAY.date(), 25.75)]
    market.history("KO", rows, splits=[(FRIDAY.date(), 4, 1)])

    job = Job.objects.create(kind="stocktracker.backfill", queue="prices", state=State.RUNNING, attempts=1)
    fetch_history(Run(job), "KO", FRIDAY)
    refresh_quotes([share], FRIDAY, at_work)

    row.refresh_from_db()
    assert (row.threshold, row.active) == (10, True)
    assert Quote.objects.get().price < 40
