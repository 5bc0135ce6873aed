from datetime import date
from decimal import Decimal

import pytest

from portfolios.accounting.dividends import Payout
from portfolios.accounting.entries import Kind
from portfolios.performance.income import Income, IncomeReport, Receipt, income
from tests.portfolios.accounting.books import AAPL, VOD, book, booked, bought, paid, shares, sold
from tests.portfolios.accounting.lives import day

END = day(400)


def report() -> IncomeReport:
    entries = [
        bought(0, "10", "80"),
        bought(0, "5", "90", VOD, currency="EUR", rate=Decimal("1.10")),
        shares(Kind.DIVIDEND, 20, "0", "3"),  # more than a year ago
        shares(Kind.DIVIDEND, 100, "0", "4", fee=Decimal(1)),
        paid(Kind.INTEREST, 200, "2"),
        sold(300, "5", "50"),
    ]
    payouts = {
        AAPL: [Payout(day(20), Decimal("0.30"), "USD"), Payout(day(100), Decimal("0.40"), "USD")],
        VOD: [Payout(day(120), Decimal("0.90"), "EUR")],
    }
    return income(book(entries), booked(entries, until=END), payouts, END)


def test_twelve_months_are_received_before_fees_and_interest_belongs_to_the_whole() -> None:
    found = report()

    assert found.whole.received == 6
    assert found.holdings["AAPL"].received == 4


def test_the_next_twelve_months_are_the_last_on_what_is_held_now_at_todays_rate() -> None:
    found = report()

    assert found.holdings["AAPL"].projected == pytest.approx(5 * 0.40)
    assert found.holdings["VOD"].projected == pytest.approx(5 * 0.90 * 1.10)
    assert found.whole.projected == pytest.approx(2 + 4.95)


def test_yields_are_on_value_and_on_cost() -> None:
    own = report().holdings["AAPL"]

    assert (own.value, own.cost) == (50, 40)
    assert (own.rate, own.rate_on_cost, own.projected_rate) == (4 / 50, 4 / 40, 2 / 50)


def test_on_nothing_there_is_no_yield() -> None:
    nothing = Income(received=5.0, projected=0.0, value=0.0, cost=0.0)

    assert (nothing.rate, nothing.rate_on_cost, nothing.projected_rate) == (None, None, None)


def test_months_hold_everything_that_was_received() -> None:
    """START + 20, 100 and 200 days."""
    assert report().months == {"2024-01": 3.0, "2024-04": 4.0, "2024-07": 2.0}


def test_the_last_payments_come_the_latest_first() -> None:
    assert [(one.symbol, one.amount, one.kind) for one in report().lately] == [
        ("", 2.0, Kind.INTEREST),
        ("AAPL", 4.0, Kind.DIVIDEND),
        ("AAPL", 3.0, Kind.DIVIDEND),
    ]


def test_each_dividend_of_the_year_is_expected_a_year_later_on_what_is_held() -> None:
    """Not the one of 400 − 20 days ago; 10 and 30 April 2025 are a Thursday and a Wednesday."""
    found = report()

    assert [(one.date, one.symbol) for one in found.expected] == [
        (date(2025, 4, 10), "AAPL"),
        (date(2025, 4, 30), "VOD"),
    ]
    assert sum(one.amount for one in found.expected) == pytest.approx(found.whole.projected)


def expected(ex_date: date) -> list[Receipt]:
    entries = [bought(0, "10", "80")]
    payouts = {AAPL: [Payout(ex_date, Decimal("0.40"), "USD")]}
    return list(income(book(entries), booked(entries, until=END), payouts, END).expected)


@pytest.mark.parametrize(
    ("paid", "later"),
    [
        (date(2024, 2, 29), date(2025, 2, 28)),  # no such day, and a Friday
        (date(2024, 6, 7), date(2025, 6, 9)),  # a Saturday
        (date(2024, 6, 8), date(2025, 6, 9)),  # a Sunday
        (date(2024, 6, 10), date(2025, 6, 10)),
    ],
)
def test_nothing_is_expected_at_a_weekend_or_on_a_day_that_is_not(paid: date, later: date) -> None:
    assert [(one.date, one.amount) for one in expected(paid)] == [(later, 4.0)]


def test_what_is_no_longer_held_is_not_expected_to_pay() -> None:
    entries = [bought(0, "10", "80"), sold(300, "10", "50")]
    payouts = {AAPL: [Payout(day(100), Decimal("0.40"), "USD")]}

    assert income(book(entries), booked(entries, until=END), payouts, END).expected == []
