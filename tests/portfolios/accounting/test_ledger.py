from decimal import Decimal

from portfolios.accounting.entries import Kind, Place
from portfolios.accounting.ledger import NoMarks, net_of
from portfolios.accounting.replay import everywhere
from tests.portfolios.accounting.books import AAPL, CASH, book, booked, bought, moved, paid, sold
from tests.portfolios.accounting.lives import BASE, day


def test_fees_and_taxes_belong_to_the_cost_basis_and_lessen_the_proceeds() -> None:
    entries = [
        bought(0, "10", "1000", fee=Decimal(5), tax=Decimal(1)),
        sold(1, "4", "600", fee=Decimal(5), tax=Decimal(2)),
    ]

    ledger = booked(entries, CASH)

    # cost 1006; 4 of 10 relieve 402.40; proceeds 593
    position = ledger.positions[Place("", AAPL)]
    assert (position.cost, position.earned.realised) == (Decimal("603.6"), Decimal("190.6"))
    assert ledger.balances()[BASE] == Decimal(-1006) + Decimal(593)


def test_a_foreign_purchase_costs_what_it_cost_on_its_day() -> None:
    entries = [
        bought(0, "10", "1000", currency="EUR", rate=Decimal("1.10")),
        sold(1, "10", "1000", currency="EUR", rate=Decimal("1.20")),
    ]

    ledger = booked(entries, CASH)

    assert ledger.positions[Place("", AAPL)].earned.realised == Decimal(100)  # all of it from the currency
    assert ledger.balances()["EUR"] == 0


def test_the_cash_of_all_accounts_is_summed_by_currency() -> None:
    entries = [
        paid(Kind.DEPOSIT, 0, "10", account="A"), paid(Kind.DEPOSIT, 0, "5", account="B"),
        paid(Kind.DEPOSIT, 0, "7", currency="EUR", rate=Decimal("1.1")),
    ]  # fmt: skip

    assert dict(booked(entries, CASH).balances()) == {BASE: 15, "EUR": 7}


def test_what_is_there_is_worth_the_price_and_the_rate_of_that_evening() -> None:
    entries = [bought(0, "10", "100"), paid(Kind.DEPOSIT, 0, "50", currency="EUR", rate=Decimal("1.1"))]
    marks = book(entries, {0: 10.0, 5: 12.0}, euros={0: 1.1, 5: 1.3})

    worth = booked(entries, CASH).values(marks, day(5))

    assert worth == {Place("", AAPL): 120, Place("", None, BASE): -100, Place("", None, "EUR"): 65}


def test_what_is_all_sold_is_worth_nothing_and_not_listed() -> None:
    entries = [bought(0, "10", "100"), sold(1, "10", "100")]

    ledger = booked(entries, CASH)

    assert ledger.values(book(entries), day(5)) == {}
    assert ledger.places() == [Place("", AAPL), Place("", None, BASE)]  # but something happened there


def test_legs_tell_what_is_there_after_each_entry() -> None:
    ledger = booked([bought(0, "10", "100", fee=Decimal(1)), sold(1, "4", "60")])

    assert [(leg.quantity, leg.cost, leg.basis, leg.gain, leg.flow) for leg in ledger.legs] == [
        (10, 101, 100, 0, 101),
        (6, Decimal("60.6"), 60, 20, -60),
    ]


def test_what_crosses_the_border_of_some_places_is_netted_by_event() -> None:
    legs = booked([bought(0, "10", "100", account="A"), *moved(1, "4", "A", "B")]).legs

    assert net_of(legs, everywhere) == {0: 100, 1: 0}
    assert net_of(legs, lambda place: place.account == "A") == {0: 100, 1: -40}
    assert net_of(legs, lambda place: place.account == "B") == {1: 40}


def test_without_marks_everything_is_worth_one() -> None:
    marks = NoMarks()

    assert (marks.price(1, day(0)), marks.rate("EUR", day(0)), marks.rate_of(1, day(0))) == (1, 1, 1)
    assert marks.currency_of(1) == ""
