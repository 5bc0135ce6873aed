from datetime import date
from decimal import Decimal

import pytest

from portfolios.accounting.entries import Entry, Kind, LedgerError, SplitFact
from portfolios.accounting.ledger import merge_splits, oversold, replay
from tests.portfolios.naive import BASE, day, entry

UNTIL = date(2024, 12, 31)
AAPL, VOD = 1, 2


def bought(number: int, quantity: str, gross: str, instrument: int = AAPL, **more: object) -> Entry:
    return entry(number, Kind.BUY, instrument=instrument, quantity=Decimal(quantity), gross=Decimal(gross), **more)


def sold(number: int, quantity: str, gross: str, instrument: int = AAPL, **more: object) -> Entry:
    return entry(number, Kind.SELL, instrument=instrument, quantity=Decimal(quantity), gross=Decimal(gross), **more)


def test_fees_and_taxes_belong_to_the_cost_basis_and_lessen_the_proceeds() -> None:
    entries = [
        bought(0, "10", "1000", fee=Decimal(5), tax=Decimal(1)),
        sold(1, "4", "600", fee=Decimal(5), tax=Decimal(2)),
    ]

    ledger = replay(entries, {}, BASE, UNTIL)

    # cost 1006; 4 of 10 relieve 402.40; proceeds 593
    assert ledger.positions[AAPL].cost == Decimal("603.6")
    assert ledger.positions[AAPL].realised == Decimal("190.6")
    assert ledger.cash[BASE] == Decimal(-1006) + Decimal(593)


def test_a_foreign_purchase_costs_what_it_cost_on_its_day() -> None:
    entries = [
        bought(0, "10", "1000", currency="EUR", rate=Decimal("1.10")),
        sold(1, "10", "1000", currency="EUR", rate=Decimal("1.20")),
    ]

    ledger = replay(entries, {}, BASE, UNTIL)

    assert ledger.positions[AAPL].realised == Decimal(100)  # all of it from the currency
    assert ledger.cash["EUR"] == 0


def test_dividends_interest_and_costs_are_kept_apart() -> None:
    entries = [
        bought(0, "10", "1000"),
        entry(1, Kind.DIVIDEND, instrument=AAPL, gross=Decimal(20), tax=Decimal(3)),
        entry(2, Kind.INTEREST, gross=Decimal(5)),
        entry(3, Kind.FEE, gross=Decimal(2)),
        entry(4, Kind.TAX, gross=Decimal(1)),
    ]

    ledger = replay(entries, {}, BASE, UNTIL)

    assert (ledger.income, ledger.costs, ledger.positions[AAPL].income) == (Decimal(22), Decimal(3), Decimal(17))


def test_a_split_applies_to_what_was_bought_strictly_before_its_ex_date() -> None:
    splits = {AAPL: [SplitFact(day(5), Decimal(2), Decimal(1))]}
    entries = [bought(4, "10", "100"), bought(5, "10", "50"), sold(6, "30", "300")]

    ledger = replay(entries, splits, BASE, UNTIL)

    assert ledger.positions[AAPL].quantity == 0
    assert ledger.positions[AAPL].realised == Decimal(150)


def test_a_split_after_the_last_entry_still_counts_but_not_one_that_is_yet_to_come() -> None:
    splits = {AAPL: [SplitFact(day(5), Decimal(2), Decimal(1)), SplitFact(day(9), Decimal(10), Decimal(1))]}

    ledger = replay([bought(0, "10", "100")], splits, BASE, day(8))

    assert ledger.positions[AAPL].quantity == Decimal(20)


def test_the_same_split_stated_twice_counts_once_and_the_source_is_believed() -> None:
    typed = entry(5, Kind.SPLIT, instrument=AAPL, quantity=Decimal(3))
    known = {AAPL: [SplitFact(day(5), Decimal(2), Decimal(1))]}

    assert merge_splits([typed], known) == known


def test_selling_more_than_is_held_is_refused_and_named() -> None:
    entries = [bought(0, "10", "100"), sold(1, "4", "50"), sold(2, "6.5", "70", label="row 4", symbol="AAPL")]

    with pytest.raises(LedgerError, match=r"sells 6\.5 AAPL on 2024-01-03, but only 6 are held") as error:
        replay(entries, {}, BASE, UNTIL)

    assert error.value.label == "row 4"


def test_one_oversale_of_each_security_is_reported() -> None:
    entries = [
        bought(0, "1", "10"), sold(1, "2", "20", label="row 3"), sold(2, "9", "90", label="row 4"),
        sold(3, "5", "50", instrument=VOD, label="row 5"),
    ]  # fmt: skip

    found = oversold(entries, {}, BASE, UNTIL)

    assert [error.label for error in found] == ["row 3", "row 5"]


def test_entries_of_a_day_keep_the_order_given() -> None:
    in_order = [bought(0, "1", "10"), sold(0, "1", "12")]

    assert replay(in_order, {}, BASE, UNTIL).positions[AAPL].realised == Decimal(2)
    assert len(oversold(in_order[::-1], {}, BASE, UNTIL)) == 1


def test_entries_are_booked_by_date_whatever_their_order() -> None:
    ledger = replay([sold(3, "1", "12"), bought(0, "1", "10")], {}, BASE, UNTIL)

    assert ledger.positions[AAPL].realised == Decimal(2)


def test_nothing_after_the_day_asked_for_counts() -> None:
    ledger = replay([bought(0, "1", "10"), bought(9, "1", "10")], {}, BASE, day(8))

    assert ledger.positions[AAPL].quantity == 1


def test_an_empty_ledger_is_empty() -> None:
    ledger = replay([], {}, BASE, UNTIL)

    assert (dict(ledger.positions), dict(ledger.cash), ledger.income) == ({}, {}, 0)
