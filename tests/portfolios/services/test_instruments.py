from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.services.instruments import create, enter, foreign, withdraw_price
from pricing.models import Bar, Correction, Instrument
from stocktracker.jobs.models import Job
from stocktracker.tasks import correct
from tests.portfolios.given import ran, typed

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 6, 5, 15, tzinfo=UTC)


@pytest.fixture
def house(user: User, portfolio: Portfolio) -> Instrument:
    """Held since January, with two prices."""
    row = create("MY-HOUSE", "House by the lake", "USD", user)
    typed(portfolio, Kind.BUY, "2024-01-02", row, "1", price="100000")
    for day, price in ((date(2024, 1, 2), 100_000.0), (date(2024, 6, 3), 120_000.0)):
        ran(enter(row, day, price, user, NOW), correct)
    return row


def test_what_somebody_else_entered_is_told_in_a_sentence(house: Instrument, user: User) -> None:
    bob = User.objects.create_user("bob")

    assert foreign(["MY-HOUSE", "AAPL"], bob.pk) == {
        "MY-HOUSE": "MY-HOUSE is somebody else's own instrument; choose another symbol."
    }
    assert foreign(["MY-HOUSE"], user.pk) == {}


def test_a_withdrawn_price_is_gone_and_whoever_holds_it_is_rebuilt(
    house: Instrument, user: User, portfolio: Portfolio
) -> None:
    Job.objects.all().delete()

    withdraw_price(Correction.objects.get(session="2024-06-03"), user)

    assert list(Bar.objects.values_list("session", "close")) == [(date(2024, 1, 2), 100_000.0)]
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["stocktracker.correct", "stocktracker.rebuild"]
    assert Job.objects.get(kind="stocktracker.rebuild").portfolio_id == portfolio.pk


def test_of_what_a_source_prices_the_history_comes_back(apple: Instrument, user: User) -> None:
    enter(apple, date(2024, 6, 3), 9.0, user, NOW)
    Job.objects.all().delete()

    withdraw_price(Correction.objects.get(), user)

    assert {job.kind for job in Job.objects.all()} >= {"stocktracker.correct", "stocktracker.backfill"}
