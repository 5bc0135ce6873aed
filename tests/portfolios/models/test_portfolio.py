from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from portfolios.accounting.entries import MAY_BE_NEGATIVE, Kind
from portfolios.models import Portfolio, Transaction
from pricing.models import Instrument
from tests.portfolios.given import typed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": Decimal(0)},
        {"quantity": Decimal(-1)},
        {"price": Decimal(-1)},
        {"fee": Decimal(-1)},
        {"tax": Decimal(-1)},
    ],
)
def test_the_database_keeps_numbers_positive(portfolio: Portfolio, fields: dict[str, Decimal]) -> None:
    row = Transaction(portfolio=portfolio, kind=Kind.FEE, date=date(2024, 1, 2), **fields)

    with pytest.raises(IntegrityError, match="transaction_positive"), transaction.atomic():
        row.save()


@pytest.mark.parametrize("kind", sorted(MAY_BE_NEGATIVE))
def test_income_and_costs_may_be_taken_back(portfolio: Portfolio, apple: Instrument, kind: Kind) -> None:
    assert typed(portfolio, kind, "2024-01-02", apple, amount="-1").gross == -1


@pytest.mark.parametrize("kind", sorted(set(Kind) - MAY_BE_NEGATIVE))
def test_the_amount_of_anything_else_is_not_below_zero(portfolio: Portfolio, apple: Instrument, kind: Kind) -> None:
    with pytest.raises(IntegrityError, match="transaction_positive"), transaction.atomic():
        typed(portfolio, kind, "2024-01-02", apple, amount="-1")


@pytest.mark.parametrize("kind", [Kind.BUY, Kind.SELL, Kind.DIVIDEND, Kind.SPLIT])
def test_the_database_asks_for_a_security_where_one_is_needed(portfolio: Portfolio, kind: Kind) -> None:
    row = Transaction(portfolio=portfolio, kind=kind, date=date(2024, 1, 2), quantity=1)

    with pytest.raises(IntegrityError, match="transaction_instrument"), transaction.atomic():
        row.save()


def test_a_broker_s_number_is_stored_once_for_each_account(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.FEE, "2024-01-02", amount="1", external_id="T-1", account="ISA")
    typed(portfolio, Kind.FEE, "2024-01-02", amount="1", external_id="T-1", account="other")
    typed(portfolio, Kind.FEE, "2024-01-02", amount="1")
    typed(portfolio, Kind.FEE, "2024-01-02", amount="1")

    with pytest.raises(IntegrityError, match="transaction_external_id"), transaction.atomic():
        typed(portfolio, Kind.FEE, "2024-01-03", amount="2", external_id="T-1", account="ISA")


def test_transactions_come_in_the_order_they_happened(portfolio: Portfolio) -> None:
    later = typed(portfolio, Kind.FEE, "2024-01-03", amount="1")
    first = typed(portfolio, Kind.FEE, "2024-01-02", amount="1")
    second = typed(portfolio, Kind.FEE, "2024-01-02", amount="1")

    assert list(portfolio.transactions.all()) == [first, second, later]


def test_a_pence_price_gives_an_amount_in_pounds(portfolio: Portfolio) -> None:
    vodafone = Instrument(symbol="VOD.L", currency="GBp")
    row = Transaction(portfolio=portfolio, kind=Kind.BUY, instrument=vodafone, quantity=Decimal(50), price=Decimal(71))

    assert (row.quoted, row.money, row.gross) == ("GBp", "GBP", Decimal("35.5"))


def test_a_payment_is_in_base_currency_unless_another_is_typed(portfolio: Portfolio) -> None:
    plain = Transaction(portfolio=portfolio, kind=Kind.DEPOSIT, amount=Decimal(5))
    euros = Transaction(portfolio=portfolio, kind=Kind.DEPOSIT, amount=Decimal(5), currency="EUR")

    assert [(row.quoted, row.gross) for row in (plain, euros)] == [("USD", 5), ("EUR", 5)]


def test_a_transaction_says_what_it_is(portfolio: Portfolio, apple: Instrument) -> None:
    row = typed(portfolio, Kind.BUY, "2024-01-02", apple, "1", price="10")

    assert (str(row), str(portfolio)) == ("2024-01-02 buy AAPL", "Family")


def test_a_coin_worth_a_hundred_thousandth_keeps_its_price(portfolio: Portfolio, apple: Instrument) -> None:
    row = typed(portfolio, Kind.BUY, "2024-01-02", apple, "10000000", price="0.0000085124")

    row.refresh_from_db()

    assert row.gross == Decimal("85.124")
