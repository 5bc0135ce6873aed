from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portfolios.accounting.dividends import Payout, Proposal, proposals
from portfolios.accounting.entries import Entry, Kind, SplitFact
from portfolios.accounting.splits import merge_splits
from tests.portfolios.accounting.books import AAPL, VOD, booked, bought, moved, shares, sold
from tests.portfolios.accounting.lives import day

PAID = Payout(day(10), Decimal("0.50"), "USD")


def proposed(
    entries: list[Entry], payouts: list[Payout] | None = None, splits: dict[int, list[SplitFact]] | None = None
) -> list[Proposal]:
    ledger = booked(entries, splits=splits)
    return proposals(entries, ledger.legs, merge_splits(entries, splits or {}), {AAPL: payouts or [PAID]}, day(100))


def received(number: int, amount: str, **more: Any) -> Entry:
    return shares(Kind.DIVIDEND, number, "0", amount, **more)


def test_what_was_held_the_evening_before_times_the_dividend_is_proposed() -> None:
    [one] = proposed([bought(0, "10", "100"), bought(10, "5", "50")])  # who buys on the ex-date comes too late

    assert (one.quantity, one.per_share, one.amount, one.currency) == (10, Decimal("0.50"), 5, "USD")
    assert one.ex_date == day(10)


def test_of_what_was_sold_before_nothing_is_proposed_and_of_what_is_sold_that_day_all() -> None:
    assert proposed([bought(0, "10", "100"), sold(9, "10", "100")]) == []
    assert [one.amount for one in proposed([bought(0, "10", "100"), sold(10, "10", "100")])] == [5]


@pytest.mark.parametrize(
    ("number", "amount", "known"),
    [
        (10, "5", True),
        (30, "4.25", True),  # after withheld tax
        (6, "5", True),
        (4, "5", False),  # too early
        (71, "5", False),  # too late
        (30, "2", False),  # not half of it
        (30, "7", False),
    ],
)
def test_a_booked_one_is_recognised_by_its_day_and_its_amount(number: int, amount: str, known: bool) -> None:
    entries = [bought(0, "10", "100"), received(number, amount)]

    assert (proposed(entries) == []) is known


def test_one_booked_in_another_currency_is_recognised_by_its_day() -> None:
    assert proposed([bought(0, "10", "100"), received(12, "9", currency="EUR")]) == []


def test_one_booking_accounts_for_one_dividend() -> None:
    payouts = [PAID, Payout(day(40), Decimal("0.50"), "USD")]

    left = proposed([bought(0, "10", "100"), received(15, "5")], payouts)

    assert [one.ex_date for one in left] == [day(40)]


def test_each_account_has_its_own() -> None:
    entries = [bought(0, "10", "100", account="A"), *moved(5, "4", "A", "B"), received(11, "3", account="A")]

    [one] = proposed(entries)

    assert (one.account, one.quantity, one.amount) == ("B", 4, 2)


def test_dividends_are_per_share_of_today_and_proposed_per_share_of_their_day() -> None:
    splits = {AAPL: [SplitFact(day(20), Decimal(4), Decimal(1))]}

    [one] = proposed([bought(0, "10", "100")], [Payout(day(10), Decimal("0.125"), "USD")], splits)

    assert (one.quantity, one.per_share, one.amount) == (10, Decimal("0.5"), 5)


def test_of_a_short_position_and_of_less_than_a_cent_nothing_is_proposed() -> None:
    assert proposed([bought(0, "0.001", "1")]) == []
    assert proposed([bought(0, "10", "100")], [Payout(day(10) + timedelta(days=100), Decimal(1), "USD")]) == []
    assert VOD not in {one.instrument for one in proposed([bought(0, "10", "100"), bought(0, "1", "20", VOD)])}
