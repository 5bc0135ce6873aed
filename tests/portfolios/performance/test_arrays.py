from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from portfolios.accounting.entries import Kind, SplitFact
from portfolios.performance.arrays import history_of, movements_of, rates_by_day, total_return
from portfolios.performance.book import Book, Listed, Series, dates, day_number
from portfolios.performance.history import History
from tests.portfolios.accounting.books import AAPL, CASH, VOD, book, booked, bought, closes, paid, sold
from tests.portfolios.accounting.lives import BASE, day

DAY = day_number(day(0))


def history(marks: Book, until: int = 30, also: list[date] | None = None) -> History:
    ledger = booked(marks.entries, marks.rules, marks.splits)
    return history_of(marks, movements_of(marks, ledger), day(until), also or [])


def test_the_axis_has_every_session_since_the_first_entry_every_day_of_an_entry_and_those_asked_for() -> None:
    listed = {
        AAPL: Listed("AAPL", closes({-3: 1.0, 1: 1.0, 3: 1.0}), 1.0, BASE),
        VOD: Listed("VOD", closes({3: 1.0, 8: 1.0}), 1.0, BASE),
    }
    marks = book([bought(1, "1", "1"), bought(5, "1", "1")], listed=listed)

    found = history(marks, until=7, also=[day(0), day(6)])

    assert dates(found.axis) == [day(0), day(1), day(3), day(5), day(6)]
    assert found.is_session.tolist() == [False, True, True, False, False]


def test_a_market_that_never_closes_makes_no_sessions_beside_an_exchange() -> None:
    weekdays = closes({number: 1.0 for number in range(28) if day(number).weekday() < 5})
    always = closes(dict.fromkeys(range(28), 1.0))
    listed = {AAPL: Listed("AAPL", weekdays, 1.0, BASE), VOD: Listed("BTC", always, 1.0, BASE)}
    entries = [bought(0, "1", "1"), bought(0, "1", "1", VOD)]

    mixed = history(book(entries, listed=listed))
    coin_alone = history(book(entries, listed={**listed, AAPL: listed[VOD]}))

    assert all(one.weekday() < 5 for one in dates(mixed.axis))
    assert len(coin_alone.axis) == 28


def test_one_old_price_of_an_exchange_does_not_hide_the_days_of_a_market_that_never_closes() -> None:
    coin = Listed("BTC", closes(dict.fromkeys(range(28), 1.0)), 1.0, BASE)
    listed = {AAPL: Listed("AAPL", closes({0: 1.0}), 1.0, BASE), VOD: coin}

    found = history(book([bought(0, "1", "1"), bought(0, "1", "1", VOD)], listed=listed))

    assert sum(one.weekday() < 5 for one in dates(found.axis)) == 20


def test_where_nothing_has_a_price_every_day_is_a_session() -> None:
    listed = {AAPL: Listed("HOUSE", closes({0: 9.0}), 1.0, BASE, priced=False)}

    found = history(book([bought(0, "1", "9"), bought(4, "1", "9")], listed=listed))

    assert (dates(found.axis), found.is_session.tolist()) == ([day(0), day(4)], [True, True])


def test_a_holiday_uses_the_last_price_and_a_rate_likewise() -> None:
    listed = {AAPL: Listed("VOD.L", closes({0: 100.0, 1: 200.0}), 0.01, "GBP")}
    rates = {"GBP": closes({0: 1.2, 2: 1.5})}

    found = history(book([bought(0, "1", "1")], listed=listed, rates=rates), also=[day(1), day(2)])

    assert found.worth.tolist() == [[1.2, 2.4, 3.0]]
    assert found.currencies == ["GBP"]


def test_a_currency_without_any_rate_is_worth_nothing_and_the_base_one() -> None:
    rates = rates_by_day({"EUR": Series.of({})}, BASE, np.array([DAY, DAY + 1]))

    assert {name: own.tolist() for name, own in rates.items()} == {"EUR": [0.0, 0.0], BASE: [1.0, 1.0]}


def test_quantities_are_of_todays_shares_after_every_split_that_came_later() -> None:
    splits = {AAPL: [SplitFact(day(2), Decimal(2), Decimal(1)), SplitFact(day(5), Decimal(1), Decimal(4))]}
    marks = book([bought(0, "10", "100"), bought(2, "10", "50")], splits=splits)

    found = movements_of(marks, booked(marks.entries, splits=splits))

    assert found.state[:, 0].tolist() == [5.0, 7.5]  # 10 are 20 are 5; with 10 more 30 are 7.5


def test_a_sale_of_everything_leaves_nothing_not_even_after_a_split_that_does_not_divide() -> None:
    splits = {AAPL: [SplitFact(day(2), Decimal(1), Decimal(3))]}
    entries = [bought(0, "10", "100"), sold(1, "10", "100")]

    found = movements_of(book(splits=splits), booked(entries))

    assert found.state[-1].tolist()[0] == 0.0


def test_foreign_cash_is_worth_what_its_rate_says_each_evening() -> None:
    deposit = paid(Kind.DEPOSIT, 0, "100", currency="EUR", rate=Decimal("1.1"))

    found = history(book([deposit], rules=CASH, euros={0: 1.1, 1: 1.3}), also=[day(1)])

    assert np.round(found.value, 9).tolist() == [[110.0, 130.0]]


def test_a_portfolio_of_nothing_has_a_history_of_the_days_asked_for() -> None:
    found = history(book(), also=[day(0), day(2)])

    assert (found.worth.shape[0], found.value.sum()) == (0, 0.0)
    assert dates(found.axis)[0] == day(0)
    assert dates(found.axis)[-1] == day(2)
    assert len(history_of(book(listed={}), movements_of(book(), booked([])), day(0)).axis) == 0


def test_a_fund_s_level_is_in_base_currency() -> None:
    fund = Listed("VUSA.L", closes({0: 5000.0}), 0.01, "GBP")

    assert total_return(fund, {"GBP": np.array([1.0, 1.25])}, np.array([DAY, DAY + 1])).tolist() == [50.0, 62.5]


def test_twenty_years_have_their_leap_days() -> None:
    start = date(2004, 2, 28)
    every = Series.of({start + timedelta(days=number): 1.0 for number in range(20 * 365 + 7)})

    found = history_of(
        book(listed={AAPL: Listed("AAPL", every, 1.0, BASE)}),
        movements_of(book(), booked([])),
        date(2024, 3, 1),
        [start],
    )

    assert sum(1 for one in dates(found.axis) if (one.month, one.day) == (2, 29)) == 6
