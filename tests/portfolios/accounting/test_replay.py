from decimal import Decimal

import pytest

from portfolios.accounting.entries import Kind, LedgerError, Place, SplitFact
from portfolios.accounting.ledger import NoMarks
from portfolios.accounting.replay import everywhere, impossible, replay
from tests.portfolios.accounting.books import (
    AAPL,
    NO_CASH,
    SHORT,
    UNTIL,
    VOD,
    book,
    booked,
    bought,
    moved,
    shares,
    sold,
)
from tests.portfolios.accounting.lives import day

HERE = Place("", AAPL)


def test_selling_more_than_is_held_is_refused_and_named() -> None:
    entries = [bought(0, "10", "100"), sold(1, "4", "50"), sold(2, "6.5", "70", label="row 4", symbol="AAPL")]

    with pytest.raises(LedgerError, match=r"sells 6\.5 AAPL on 2024-01-03, but only 6 are held") as error:
        booked(entries)

    assert (error.value.label, error.value.held) == ("row 4", 6)
    assert booked(entries, SHORT).positions[HERE].quantity == Decimal("-0.5")


@pytest.mark.parametrize("rules", [NO_CASH, SHORT])
def test_moving_more_than_is_held_is_refused_even_where_short_sales_are_not(rules: object) -> None:
    entries = [bought(0, "10", "100", account="A"), *moved(1, "11", "A", "B", symbol="AAPL")]

    with pytest.raises(LedgerError, match="transfers out 11 AAPL on 2024-01-02, but only 10 are held then in account"):
        replay(entries, {}, rules, UNTIL, book(entries))  # type: ignore[arg-type]  # both are rules


@pytest.mark.parametrize("kind", [Kind.SPLIT, Kind.RETURN_OF_CAPITAL])
def test_nothing_can_neither_split_nor_return_capital(kind: Kind) -> None:
    entries = [bought(0, "1", "10"), sold(1, "1", "10"), shares(kind, 2, "2", "5", label="row 9")]

    with pytest.raises(LedgerError, match="but none is held then") as error:
        booked(entries)

    assert error.value.label == "row 9"


def test_shares_owed_return_no_capital() -> None:
    with pytest.raises(LedgerError, match="none is held"):
        booked([sold(0, "1", "10"), shares(Kind.RETURN_OF_CAPITAL, 1, "0", "5")], SHORT)


def test_what_was_sold_on_the_day_of_a_typed_split_was_split_before() -> None:
    entries = [bought(0, "10", "100"), sold(5, "20", "120"), shares(Kind.SPLIT, 5, "2")]

    assert booked(entries).positions[HERE].earned.realised == Decimal(20)


def test_a_typed_split_splits_what_every_account_holds() -> None:
    entries = [bought(0, "10", "100", account="A"), bought(0, "1", "10", account="B"), shares(Kind.SPLIT, 5, "3")]

    found = booked(entries).positions

    assert found[Place("A", AAPL)].quantity == 30
    assert found[Place("B", AAPL)].quantity == 3


def test_one_impossible_entry_of_each_security_is_reported() -> None:
    entries = [
        bought(0, "1", "10"), sold(1, "2", "20", label="row 3"), sold(2, "9", "90", label="row 4"),
        sold(3, "5", "50", instrument=VOD, label="row 5"),
    ]  # fmt: skip

    found = impossible(entries, {}, NO_CASH, UNTIL)

    assert [error.label for error in found] == ["row 3", "row 5"]


def test_entries_of_a_day_keep_the_order_given() -> None:
    in_order = [bought(0, "1", "10"), sold(0, "1", "12")]

    assert booked(in_order).positions[HERE].earned.realised == Decimal(2)
    assert len(impossible(in_order[::-1], {}, NO_CASH, UNTIL)) == 1


def test_entries_are_booked_by_date_whatever_their_order() -> None:
    ledger = booked([sold(3, "1", "12"), bought(0, "1", "10")])

    assert ledger.positions[HERE].earned.realised == Decimal(2)


def test_nothing_after_the_day_asked_for_counts() -> None:
    splits = {AAPL: [SplitFact(day(5), Decimal(2), Decimal(1)), SplitFact(day(9), Decimal(10), Decimal(1))]}

    ledger = booked([bought(0, "1", "10"), bought(9, "1", "10")], splits=splits, until=day(8))

    assert ledger.positions[HERE].quantity == 2  # of two splits one is yet to come


def test_with_a_start_only_gains_after_that_evening_count() -> None:
    entries = [bought(0, "10", "100"), sold(1, "2", "26"), sold(3, "2", "30")]
    prices = {0: 10.0, 1: 13.0, 2: 14.0}

    ledger = replay(entries, {}, NO_CASH, UNTIL, book(entries, prices), start=day(2))

    assert ledger.positions[HERE].earned.gain == Decimal(2)  # two shares at 14 that evening, sold at 15
    assert ledger.positions[HERE].earned.realised == Decimal(10)  # against what they cost
    assert ledger.opening == {HERE: Decimal(112)}


def test_entries_of_the_first_day_belong_to_the_start() -> None:
    entries = [bought(0, "10", "100"), sold(2, "10", "150")]

    ledger = replay(entries, {}, NO_CASH, UNTIL, book(entries), start=day(2))

    assert (ledger.opening, ledger.positions[HERE].earned.gain) == ({}, 0)


def test_an_empty_ledger_is_empty() -> None:
    ledger = replay([], {}, NO_CASH, UNTIL, NoMarks(), start=day(0), inside=everywhere)

    assert (dict(ledger.positions), dict(ledger.cash), ledger.legs, ledger.opening) == ({}, {}, [], {})
