"""What a run counts is tested with its command; here is what it is filled with."""

import random
from datetime import date, timedelta

import pytest
from django.utils import timezone

from portfolios.models import Portfolio, Transaction
from portfolios.services.transactions import check_ledger
from pricing.models import Bar, Instrument
from pricing.simulator.prices import closes
from stocktracker.jobs.models import Job, State
from stocktracker.perf import scale
from stocktracker.perf.scale import Size, evenings, fill

pytestmark = pytest.mark.django_db(transaction=True)

SMALL = Size(portfolios=3, instruments=4, holdings=2, transactions=9)


def test_evenings_are_the_last_sessions_before_today() -> None:
    days = evenings(3)

    assert days == sorted(days)
    assert timezone.now().date() - timedelta(days=8) < days[0]
    assert days[-1] < timezone.now().date()
    assert all(day.weekday() < 5 for day in days)


def test_every_portfolio_has_a_ledger_that_holds_and_prices_up_to_the_evening() -> None:
    first = evenings(1)[0]

    fill(SMALL, first)

    assert (Portfolio.objects.count(), Transaction.objects.count()) == (3, 27)
    for portfolio in Portfolio.objects.all():
        check_ledger(portfolio)
    assert Bar.objects.latest("session").session < first
    share = Instrument.objects.first()
    assert share is not None
    day = Bar.objects.filter(instrument=share).latest("session")
    assert day.close == pytest.approx(float(closes(share.symbol, day.session, day.session)[1][0]))


def test_the_timetable_has_nothing_left_to_ask_for() -> None:
    fill(SMALL, evenings(1)[0])

    assert not Job.objects.exclude(state=State.DONE).exists()
    assert Job.objects.filter(key=f"reconcile:{timezone.now().date()}").exists()


def test_transactions_are_the_same_for_the_same_seed() -> None:
    fill(SMALL, date(2026, 1, 2))
    portfolio, shares = Portfolio.objects.all()[0], list(Instrument.objects.all())

    first, again = (
        [(row.date, row.kind) for row in scale.purchases(portfolio, random.Random(7), shares, SMALL)] for _ in range(2)
    )

    assert first == again
