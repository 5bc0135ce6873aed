from decimal import Decimal

import pytest

from portfolios.accounting.entries import Entry, Kind, Place
from portfolios.accounting.ledger import Inside, Ledger, Rules
from portfolios.accounting.replay import everywhere, replay
from tests.portfolios.accounting.books import (
    AAPL,
    CASH,
    NO_CASH,
    UNTIL,
    VOD,
    book,
    booked,
    bought,
    moved,
    paid,
    shares,
    sold,
)  # fmt: skip
from tests.portfolios.accounting.lives import BASE, entry

HERE, MONEY = Place("", AAPL), Place("", None, BASE)
# Each entry: 100 before a fee of 2 and a tax of 1; shares are held.
MOVES = {
    Kind.BUY: -103, Kind.SELL: 97, Kind.DIVIDEND: 97, Kind.INTEREST: 97, Kind.DEPOSIT: 97, Kind.WITHDRAWAL: -103,
    Kind.FEE: -103, Kind.TAX: -103, Kind.RETURN_OF_CAPITAL: 97,
}  # fmt: skip
CROSSES = {Kind.DEPOSIT: 100, Kind.WITHDRAWAL: -100}  # their costs are the portfolio's
WITH_SHARES = {Kind.BUY, Kind.SELL, Kind.DIVIDEND, Kind.RETURN_OF_CAPITAL}


def one_of(kind: Kind, rules: Rules) -> Ledger:
    """After nothing but ten shares that came from outside."""
    owner = {"instrument": AAPL, "quantity": Decimal(10)} if kind in WITH_SHARES else {}
    one = entry(1, kind, gross=Decimal(100), fee=Decimal(2), tax=Decimal(1), **owner)
    return booked([shares(Kind.TRANSFER_IN, 0, "10", "100"), one], rules)


def crossed(ledger: Ledger, group: int) -> Decimal:
    return sum((leg.flow for leg in ledger.legs if leg.group == group), Decimal(0))


@pytest.mark.parametrize("kind", MOVES)
def test_each_kind_moves_the_cash(kind: Kind) -> None:
    assert one_of(kind, CASH).balances()[BASE] == MOVES[kind]


@pytest.mark.parametrize("kind", MOVES)
def test_with_cash_only_payments_cross_the_border(kind: Kind) -> None:
    assert crossed(one_of(kind, CASH), 1) == CROSSES.get(kind, 0)


@pytest.mark.parametrize("kind", MOVES)
def test_without_cash_what_leaves_the_purse_enters_the_portfolio(kind: Kind) -> None:
    ledger = one_of(kind, NO_CASH)

    assert crossed(ledger, 1) == (3 if kind in CROSSES else -MOVES[kind])
    assert dict(ledger.cash) == {}


@pytest.mark.parametrize("kind", MOVES)
@pytest.mark.parametrize("rules", [CASH, NO_CASH])
def test_fees_and_taxes_are_counted_once(kind: Kind, rules: Rules) -> None:
    ledger = one_of(kind, rules)

    fees, taxes = (sum(getattr(leg, name) for leg in ledger.legs) for name in ("fees", "taxes"))
    assert fees == 2 + 100 * (kind is Kind.FEE) == sum(ledger.earned(place).fees for place in ledger.places())
    assert taxes == 1 + 100 * (kind is Kind.TAX) == sum(ledger.earned(place).taxes for place in ledger.places())


def test_a_refund_is_a_negative_cost_and_charged_interest_negative_income() -> None:
    ledger = booked([paid(Kind.FEE, 0, "-5"), paid(Kind.TAX, 0, "-2"), paid(Kind.INTEREST, 1, "-3")], CASH)

    own = ledger.earned(MONEY)
    assert (own.fees, own.taxes, own.interest, ledger.cash[MONEY]) == (-5, -2, -3, 4)


def test_income_and_costs_belong_to_the_security_they_name() -> None:
    named = [paid(kind, 1, "10", instrument=AAPL) for kind in (Kind.DIVIDEND, Kind.INTEREST, Kind.FEE, Kind.TAX)]

    own = booked([bought(0, "1", "10"), *named]).positions[HERE].earned

    assert (own.dividends, own.interest, own.fees, own.taxes) == (10, 10, 10, 10)


def test_shares_from_outside_cost_their_amount_and_move_no_cash() -> None:
    ledger = booked([shares(Kind.TRANSFER_IN, 0, "10", "120", fee=Decimal(1))], CASH)

    assert (ledger.positions[HERE].cost, ledger.positions[HERE].held.gross) == (121, 120)
    assert (crossed(ledger, 0), dict(ledger.cash)) == (121, {})


def test_shares_from_outside_without_an_amount_are_worth_the_price_of_the_day() -> None:
    arrived = shares(Kind.TRANSFER_IN, 0, "10", instrument=VOD, priced=False)
    left = shares(Kind.TRANSFER_OUT, 1, "5", instrument=VOD, priced=False, currency="EUR", rate=Decimal("1.2"))

    ledger = booked([arrived, left])

    position = ledger.positions[Place("", VOD)]
    assert position.cost == Decimal("110.0")  # half of 10 at 20 euros of 1.10
    assert position.earned.realised == 5 * 20 * Decimal("0.1")


def test_a_transfer_keeps_lots_and_costs_and_only_its_fee_crosses_the_border() -> None:
    out, arrival = moved(1, "4", "A", "B")
    entries = [bought(0, "10", "70", account="A"), entry_with_fee(out), arrival]

    ledger = booked(entries)

    assert [lot.cost for lot in ledger.positions[Place("B", AAPL)].lots] == [28]
    assert ledger.positions[Place("A", AAPL)].earned.realised == 0
    assert crossed(ledger, 1) == 3
    assert ledger.positions[Place("A", AAPL)].earned.fees == 3


def entry_with_fee(one: Entry) -> Entry:
    return entry(1, one.kind, instrument=one.instrument, quantity=one.quantity, account=one.account, fee=Decimal(3))


def test_who_looks_at_one_account_sees_a_transfer_at_market_value() -> None:
    entries = [bought(0, "10", "70", account="A"), *moved(1, "4", "A", "B"), sold(2, "4", "48", account="B")]
    marks = book(entries, {0: 7.0, 1: 11.0})

    from_a, from_b = (replay(entries, {}, NO_CASH, UNTIL, marks, inside=of_account(name)) for name in ("A", "B"))

    assert from_a.positions[Place("A", AAPL)].earned.gain == 16  # 4 × (11 − 7)
    assert from_b.positions[Place("B", AAPL)].earned.gain == 4  # 48 − 4 × 11
    assert from_b.positions[Place("B", AAPL)].earned.realised == 20  # against what they cost
    whole = replay(entries, {}, NO_CASH, UNTIL, marks, inside=everywhere)
    assert whole.positions[Place("B", AAPL)].earned.gain == 20


def test_money_exchanged_is_no_flow_and_the_difference_the_exchange_s() -> None:
    out = paid(Kind.TRANSFER_OUT, 1, "110")
    arrival = paid(Kind.TRANSFER_IN, 1, "99", currency="EUR", rate=Decimal("1.1"))

    ledger = booked([paid(Kind.DEPOSIT, 0, "200"), out, arrival], CASH)

    assert dict(ledger.balances()) == {BASE: 90, "EUR": 99}
    assert crossed(ledger, 1) == 0


def test_money_from_outside_is_a_deposit() -> None:
    ledger = booked([paid(Kind.TRANSFER_IN, 0, "50"), paid(Kind.TRANSFER_OUT, 1, "20")], CASH)

    assert (crossed(ledger, 0), crossed(ledger, 1), ledger.cash[MONEY]) == (50, -20, 30)


def test_an_own_rate_in_another_currency_than_the_security_s_is_not_the_security_s() -> None:
    paid_in_dollars = shares(Kind.BUY, 0, "10", "242", instrument=VOD)
    paid_in_euros = shares(Kind.BUY, 0, "10", "200", instrument=VOD, currency="EUR", rate=Decimal("1.25"))

    held = booked([paid_in_dollars, paid_in_euros]).positions[Place("", VOD)]

    assert [lot.local for lot in held.lots] == [Decimal(220), Decimal(200)]  # euros; 1.10 is that day's rate


def test_returned_capital_comes_from_the_cost_and_goes_into_the_cash() -> None:
    ledger = booked([bought(0, "10", "100"), shares(Kind.RETURN_OF_CAPITAL, 1, "0", "30")], CASH)

    assert (ledger.positions[HERE].cost, ledger.cash[MONEY], ledger.positions[HERE].earned.dividends) == (70, -70, 0)


def of_account(name: str) -> Inside:
    return lambda place: place.account == name
