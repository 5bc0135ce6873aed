from datetime import date

import pytest
from django.contrib.auth.models import User

from portfolios.accounting.entries import Kind
from portfolios.accounting.ledger import NoMarks, Rules
from portfolios.accounting.replay import replay
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

    ledger = replay(
        entries_of(rows, portfolio, one), {}, Rules("USD", tracks_cash=True, allow_short=True), TODAY, NoMarks()
    )

    balances = [leg.quantity for leg in ledger.legs if leg.place.currency]
    assert {place.currency for place in ledger.cash} == {"USD"}
    assert min(balances) > -500  # a purchase may come days before its deposit


def test_dividends_of_the_demo_are_paid_on_the_shares_of_their_day() -> None:
    portfolio = load_demo(TODAY)

    assert portfolio is not None
    before_split = portfolio.transactions.filter(kind=Kind.DIVIDEND, instrument__symbol="NVDA", date__lt="2024-06-10")
    # Ten for one: a handful of shares then, a few dollars a quarter
    assert before_split
    assert max(row.amount or 0 for row in before_split) < 5


def test_each_security_of_the_demo_gets_its_history() -> None:
    portfolio = load_demo(TODAY)

    assert portfolio is not None
    used = set(portfolio.transactions.exclude(instrument=None).values_list("instrument__symbol", flat=True))
    asked = {job.args["symbol"] for job in Job.objects.filter(kind="stocktracker.backfill")}
    assert asked == used | {"SPY"}
