from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portfolios.accounting.entries import (
    Kind,
    Place,
    SplitFact,
    as_quoted,
    latest_date,
    nothing_held_error,
    oversold_error,
    plain,
)  # fmt: skip
from tests.portfolios.accounting.lives import entry


def test_costs_come_on_top_of_a_purchase_and_off_a_sale() -> None:
    trade = entry(0, Kind.BUY, gross=Decimal(1000), fee=Decimal("9.95"), tax=Decimal("0.05"))

    assert trade.cost == Decimal("1010.00")
    assert trade.proceeds == Decimal("990.00")


def test_a_split_multiplies_shares_exactly() -> None:
    three_for_two = SplitFact(date(2024, 6, 3), Decimal(3), Decimal(2))

    assert three_for_two.apply(Decimal("10.5")) == Decimal("15.75")


def test_nobody_s_today_is_in_the_future() -> None:
    ten_in_the_morning_in_london = datetime(2024, 5, 1, 10, 0, tzinfo=UTC)

    assert latest_date(ten_in_the_morning_in_london) == date(2024, 5, 2)  # on the Line Islands it is past midnight
    assert latest_date(ten_in_the_morning_in_london.replace(hour=9)) == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("typed", "quoted"), [("eur", "EUR"), ("USD", "USD"), ("GBp", "GBp"), ("gbp", "GBP"), ("ZAc", "ZAc"), ("", "")]
)
def test_a_currency_is_written_as_exchanges_write_it(typed: str, quoted: str) -> None:
    assert as_quoted(typed) == quoted


def test_an_oversale_names_the_security_the_day_and_what_is_held() -> None:
    sale = entry(0, Kind.SELL, quantity=Decimal("10.50"), symbol="AAPL", label="row 7", instrument=3)

    error = oversold_error(sale, Decimal("4.00"))

    assert str(error).startswith("sells 10.5 AAPL on 2024-01-01, but only 4 are held then. ")
    assert (error.label, error.instrument, error.held) == ("row 7", 3, 4)


def test_an_oversale_says_what_other_accounts_hold() -> None:
    sale = entry(0, Kind.SELL, quantity=Decimal(3), symbol="AAPL", account="ISA")

    assert "but only 1 is held then in account «ISA» (5 in other accounts). " in str(
        oversold_error(sale, Decimal(1), elsewhere=Decimal(5))
    )
    nowhere = entry(0, Kind.TRANSFER_OUT, quantity=Decimal(3), symbol="AAPL")
    assert "transfers out 3 AAPL on 2024-01-01, but only 0 are held then without an account (5 in other" in str(
        oversold_error(nowhere, Decimal(0), elsewhere=Decimal(5))
    )


@pytest.mark.parametrize(
    ("kind", "verb"), [(Kind.SPLIT, "splits AAPL on"), (Kind.RETURN_OF_CAPITAL, "returns capital of AAPL on")]
)
def test_what_nobody_holds_can_neither_split_nor_return_capital(kind: Kind, verb: str) -> None:
    error = nothing_held_error(entry(0, kind, symbol="AAPL", label="row 2"))

    assert (error.label, str(error).startswith(f"{verb} 2024-01-01, but none is held then (")) == ("row 2", True)


def test_income_of_a_share_belongs_to_it_and_of_money_to_the_money() -> None:
    of_a_share = entry(0, Kind.INTEREST, instrument=3, account="A", currency="EUR")
    of_money = entry(0, Kind.INTEREST, account="A", currency="EUR")

    assert of_a_share.place == Place("A", 3)
    assert of_money.place == of_a_share.cash_place == Place("A", None, "EUR")


def test_a_transfer_without_an_instrument_is_one_of_money() -> None:
    assert entry(0, Kind.TRANSFER_OUT).is_cash_transfer
    assert not entry(0, Kind.TRANSFER_OUT, instrument=1).is_cash_transfer
    assert not entry(0, Kind.WITHDRAWAL).is_cash_transfer


@pytest.mark.parametrize(("number", "text"), [("1E+3", "1000"), ("0.10", "0.1"), ("1E-8", "0.00000001"), ("0.0", "0")])
def test_a_number_in_a_sentence_has_neither_exponent_nor_zeros_at_the_end(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text
