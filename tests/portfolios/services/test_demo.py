from datetime import date
from itertools import accumulate

import pytest
from django.contrib.auth.models import User

from portfolios.accounting.cash import cash_change
from portfolios.accounting.entries import Kind
from portfolios.booking import entries_of, one
from portfolios.services.demo import load_demo
from stocktracker.jobs.models import Job

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 5)


def test_the_demo_is_ten_years_of_a_real_life_and_is_loaded_once() -> None:
    portfolio = load_demo(TODAY)

    assert portfolio is not None
    assert portfolio.owner.check_password("demo")
    rows = list(portfolio.transactions.select_related("instrument"))
    assert {row.kind for row in rows} == {Kind.DEPOSIT, Kind.BUY, Kind.SELL, Kind.DIVIDEND}
    assert (rows[0].date, rows[-1].date <= TODAY) == (date(2016, 6, 1), True)
    assert {row.quoted for row in rows} == {"USD", "EUR", "GBp", "GBP", "JPY"}
    assert load_demo(TODAY) is None
    assert User.objects.filter(username="demo").count() == 1


def test_the_demo_pays_for_what_it_buys() -> None:
    portfolio = load_demo(TODAY)
    assert portfolio is not None
    rows = list(portfolio.transactions.select_related("instrument"))

    changes = [cash_change(entry, "USD") for entry in entries_of(rows, "USD", one)]

    assert {currency for currency, _ in changes} == {"USD"}
    assert min(accumulate(amount for _, amount in changes)) > -500  # a purchase may come days before its deposit


def test_each_security_of_the_demo_gets_its_history() -> None:
    portfolio = load_demo(TODAY)

    assert portfolio is not None
    used = set(portfolio.transactions.exclude(instrument=None).values_list("instrument__symbol", flat=True))
    asked = {job.args["symbol"] for job in Job.objects.filter(kind="stocktracker.backfill")}
    assert asked == used | {"SPY"}
