from decimal import Decimal

import pytest

from portfolios.accounting.cash import cash_change, external_flow
from portfolios.accounting.entries import Kind
from tests.portfolios.naive import entry

# Each entry: 100 before a fee of 2 and a tax of 1.
CASH = {
    Kind.BUY: -103, Kind.SELL: 97, Kind.DIVIDEND: 97, Kind.INTEREST: 97, Kind.DEPOSIT: 97,
    Kind.WITHDRAWAL: -103, Kind.FEE: -103, Kind.TAX: -103, Kind.SPLIT: 0,
}  # fmt: skip
CROSSES_WITH_CASH = {Kind.DEPOSIT: 100, Kind.WITHDRAWAL: -100}  # their costs are the portfolio's


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_moves_the_cash_account(kind: Kind) -> None:
    moved = cash_change(entry(0, kind, gross=Decimal(100), fee=Decimal(2), tax=Decimal(1)), "USD")

    assert moved == ("USD", CASH[kind])


@pytest.mark.parametrize("kind", list(Kind))
def test_without_cash_what_leaves_the_purse_enters_the_portfolio(kind: Kind) -> None:
    one = entry(0, kind, gross=Decimal(100), fee=Decimal(2), tax=Decimal(1))

    assert external_flow(one, tracks_cash=False) == -CASH[kind]


@pytest.mark.parametrize("kind", list(Kind))
def test_with_cash_only_deposits_and_withdrawals_cross_the_border(kind: Kind) -> None:
    one = entry(0, kind, gross=Decimal(100), fee=Decimal(2), tax=Decimal(1))

    assert external_flow(one, tracks_cash=True) == CROSSES_WITH_CASH.get(kind, 0)


def test_foreign_money_stays_foreign_but_counts_in_base_currency() -> None:
    bought = entry(0, Kind.BUY, gross=Decimal(100), currency="EUR", rate=Decimal("1.10"))

    assert cash_change(bought, "USD") == ("EUR", Decimal(-100))
    assert external_flow(bought, tracks_cash=False) == Decimal("110.00")


def test_what_the_broker_converted_moves_base_currency() -> None:
    bought = entry(0, Kind.BUY, gross=Decimal(100), currency="EUR", rate=Decimal("1.10"), settled_in_base=True)

    assert cash_change(bought, "USD") == ("USD", Decimal("-110.00"))
