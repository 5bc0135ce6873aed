from datetime import date
from decimal import Decimal

import pytest

from portfolios.accounting.entries import Kind
from portfolios.cases.rows import CaseError, a_day, a_number, pays, read_row
from tests.portfolios.cases.given_cases import buy, row

ONE, PENNY = Decimal(1), Decimal("0.01")


def test_a_row_is_named_by_its_number_its_day_its_kind_and_its_symbol() -> None:
    read = read_row(3, buy("2.5", "10.10", fee=1, tax="0.5", currency="EUR", fx_rate=1.25, account="ISA"))

    assert read.label == "row 3 (2024-01-02 buy AAPL)"
    assert (read.date, read.kind, read.quantity, read.price) == (
        date(2024, 1, 2),
        Kind.BUY,
        Decimal("2.5"),
        Decimal("10.10"),
    )
    assert (read.fee, read.tax, read.currency, read.fx_rate, read.account) == (
        1,
        Decimal("0.5"),
        "EUR",
        Decimal("1.25"),
        "ISA",
    )


def test_a_price_is_in_its_unit_and_an_amount_in_the_major_currency() -> None:
    assert read_row(1, buy(10, 200)).gross(PENNY) == Decimal(20)
    assert read_row(1, row("buy", symbol="VOD.L", quantity=10, amount=20)).gross(PENNY) == Decimal(20)


@pytest.mark.parametrize(
    ("kind", "symbol", "gross"),
    [
        ("buy", "X", 97), ("sell", "X", 103), ("dividend", "X", 103), ("interest", "", 103), ("fee", "", 97),
        ("tax", "", 97), ("deposit", "", 103), ("withdrawal", "", 97), ("return_of_capital", "X", 103),
        ("transfer_in", "X", 97), ("transfer_out", "X", 103), ("transfer_in", "", 103), ("transfer_out", "", 97),
    ],
)  # fmt: skip
def test_an_amount_is_the_money_moved_with_fee_and_tax_inside(kind: str, symbol: str, gross: int) -> None:
    stated = row(kind, symbol=symbol, quantity=5, amount=100, fee=2, tax=1)

    assert read_row(1, stated).gross(ONE) == gross
    assert pays(Kind(kind), shares=bool(symbol)) == (gross < 100)


def test_a_row_without_a_quantity_has_one_of_its_price() -> None:
    assert read_row(1, row("deposit", price=50)).gross(ONE) == 50


def test_a_transfer_of_shares_may_leave_its_worth_to_the_market() -> None:
    read = read_row(1, row("transfer_in", symbol="AAPL", quantity=3))

    assert (read.priced, read.gross(ONE)) == (False, 0)


def test_a_fee_may_be_stated_in_its_own_column_alone() -> None:
    assert read_row(1, row("fee", fee=3)).fee == 3


def test_income_and_costs_may_be_negative() -> None:
    for kind in ("dividend", "interest", "fee", "tax"):
        assert read_row(1, row(kind, symbol="AAPL", amount=-5)).gross(ONE) == -5


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        ("buy", "row 7: a transaction must be an object."),
        ({}, "row 7: «None» is not a kind. Known are buy, sell,"),
        (row("bougth"), "row 7: «bougth» is not a kind."),
        (row("buy", "2.1.2024", symbol="A", quantity=1, price=1), "«2.1.2024» is not a date. Write it as YYYY-MM-DD."),
        (row("buy", "2024-02-30", symbol="A", quantity=1, price=1), "«2024-02-30» is not a date."),
        (row("buy", quantity=1, price=1), "row 7 (2024-01-02 buy): a buy needs a symbol."),
        (buy(-1), "row 7 (2024-01-02 buy AAPL): quantity -1 is below zero; the kind says which way it goes."),
        (buy(0), "a buy needs a quantity."),
        (row("split", symbol="AAPL"), "a split needs a quantity."),
        (row("transfer_out", symbol="AAPL"), "a transfer_out needs a quantity."),
        (buy(1, -1), "price -1 is below zero."),
        (buy(1, 1, fx_rate=0), "fx_rate 0 must be above zero."),
        (row("buy", symbol="AAPL", quantity=1), "a buy needs an amount or a price."),
        (row("deposit"), "a deposit needs an amount."),
        (row("return_of_capital", symbol="AAPL"), "a return_of_capital needs an amount."),
        (row("deposit", amount=-5), "amount -5 is too small: before fee and tax it is below zero."),
        (row("buy", symbol="AAPL", quantity=1, amount=5, fee=6), "amount 5 is too small"),
        (buy("ten"), "quantity: «ten» is not a number."),
        (buy([1]), "quantity: «[1]» is not a number."),
        (buy(True), "quantity: «True» is not a number."),
        (buy("NaN"), "quantity: «NaN» is not a number."),
        (buy("Infinity"), "quantity: «Infinity» is not a number."),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_with_a_sentence_that_names_it(stated: object, sentence: str) -> None:
    with pytest.raises(CaseError) as error:
        read_row(7, stated)

    assert str(error.value).startswith("row 7")
    assert sentence in str(error.value)


def test_numbers_may_be_text_and_nothing_is_no_number() -> None:
    assert (a_number("1.50", ""), a_number(2, ""), a_number("", ""), a_number(None, "")) == (
        Decimal("1.50"),
        2,
        None,
        None,
    )
    assert a_day("2024-02-29", "") == date(2024, 2, 29)
