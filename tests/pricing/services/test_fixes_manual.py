"""Withdrawing a price of what no source prices."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User

from pricing.models import Bar, Correction, Finding, Instrument, Quote, Split
from pricing.services.fixes import enter, withdraw
from pricing.services.manual import create
from stocktracker.jobs.models import Job
from stocktracker.tasks import correct
from tests.portfolios.given import bars, ran

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 6, 5, 15, tzinfo=UTC)
EARLY, LATE = date(2024, 6, 3), date(2024, 6, 5)


@pytest.fixture
def house(user: User) -> Instrument:
    row = create("HOUSE", "", "USD", user)
    for day, price in ((EARLY, 100.0), (LATE, 120.0)):
        ran(enter(row, day, price, user, NOW), correct)
    row.refresh_from_db()
    return row


def withdrawn(day: date, user: User) -> Job:
    return withdraw(Correction.objects.get(session=day), user)


def test_the_day_has_no_price_any_more_and_the_last_one_is_that_of_before(house: Instrument, user: User) -> None:
    Finding.objects.create(instrument=house, kind="jump", day=LATE, message="Far.", found_at=NOW)

    job = withdrawn(LATE, user)

    assert (job.kind, job.args) == ("stocktracker.correct", {"symbol": "MY-HOUSE"})
    assert list(Bar.objects.values_list("session", flat=True)) == [EARLY]
    quote = Quote.objects.get()
    assert (quote.price, quote.at) == (100, datetime(2024, 6, 3, 23, 59, tzinfo=UTC))
    assert Instrument.objects.get().revision == house.revision + 1
    assert not Finding.objects.exists()
    assert ran(job, correct).state == "done"


def test_an_earlier_price_leaves_the_latest_as_it_is(house: Instrument, user: User) -> None:
    before = Quote.objects.get()

    withdrawn(EARLY, user)

    after = Quote.objects.get()
    assert (after.price, after.at) == (before.price, before.at)


def test_without_any_price_there_is_no_quote(house: Instrument, user: User) -> None:
    withdrawn(EARLY, user)
    job = withdrawn(LATE, user)

    assert (Bar.objects.count(), Quote.objects.count()) == (0, 0)
    assert ran(job, correct).state == "done"


def test_a_price_that_was_divided_by_a_later_split_is_known_all_the_same(house: Instrument, user: User) -> None:
    Split.objects.create(instrument=house, ex_date=date(2024, 7, 1), numerator=2, denominator=1)
    Bar.objects.filter(session=LATE).update(close=60.0)

    withdrawn(LATE, user)

    assert not Bar.objects.filter(session=LATE).exists()


def test_a_bar_of_a_file_stays(house: Instrument, user: User) -> None:
    Bar.objects.filter(session=LATE).delete()
    bars(house, {"2024-06-05": 77.0})  # the job that would have laid the price over it has not run

    withdrawn(LATE, user)

    assert Bar.objects.get(session=LATE).close == 77.0
    assert Job.objects.filter(kind="stocktracker.backfill").count() == 0
