from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portfolios.accounting.entries import Kind
from portfolios.forms.transactions import HELP, TransactionForm
from portfolios.models import Portfolio, Transaction
from pricing.models import Instrument

pytestmark = pytest.mark.django_db

GOOD = {"kind": "buy", "date": "2024-01-02", "symbol": "AAPL", "quantity": "10", "price": "190.5"}


def filled(changes: dict[str, str]) -> TransactionForm:
    row = Transaction(portfolio=Portfolio(base_currency="USD"), date=date(2024, 1, 1))
    return TransactionForm(GOOD | changes, instance=row)


def test_a_trade_needs_no_more_than_symbol_date_quantity_and_price() -> None:
    form = filled({})

    assert form.is_valid(), form.errors
    row = form.instance
    assert (row.kind, row.date, row.quantity, row.price) == ("buy", date(2024, 1, 2), 10, Decimal("190.5"))
    assert (row.fee, row.tax, row.amount, row.fx_rate) == (0, 0, None, None)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"symbol": ""}, "symbol", "A buy needs a symbol."),
        ({"symbol": "Apple Inc"}, "symbol", "Write a ticker like AAPL, VOD.L or BTC-USD."),
        ({"symbol": "<script>"}, "symbol", "Write a ticker like AAPL, VOD.L or BTC-USD."),
        ({"quantity": ""}, "quantity", "A buy needs a quantity above zero."),
        ({"quantity": "0"}, "quantity", "A buy needs a quantity above zero."),
        ({"quantity": "-5"}, "quantity", "A number from 0 on; the kind says which way it goes."),
        ({"quantity": "NaN"}, "quantity", "Enter a number."),
        ({"quantity": "Infinity"}, "quantity", "Enter a number."),
        ({"quantity": "1e400"}, "quantity", "Ensure that there are no more than"),
        ({"quantity": "0.123456789"}, "quantity", "Ensure that there are no more than 8 decimal places."),
        ({"quantity": "1,5"}, "quantity", "Enter a number."),
        ({"price": ""}, "price", "A buy needs a price, or an amount (quantity × price)."),
        ({"price": "-1"}, "price", "A number from 0 on"),
        ({"fee": "-1"}, "fee", "A number from 0 on"),
        ({"fx_rate": "-1"}, "fx_rate", "A number from 0 on"),
        ({"quantity": "99999999999", "price": "99999999999"}, "__all__", "This is worth too much"),
        ({"quantity": "100000000000", "price": "0"}, "quantity", "This must be below 100,000,000,000."),
        ({"fee": "100000000000"}, "fee", "This must be below 100,000,000,000."),
        ({"fx_rate": "10000000", "price": "0"}, "fx_rate", "This must be below 10,000,000."),
        ({"kind": "deposit", "amount": "-1"}, "amount", "The amount of a deposit must not be below zero"),
        ({"kind": "transfer_in", "quantity": ""}, "quantity", "A transfer_in needs a quantity above zero."),
        ({"date": ""}, "date", "This field is required."),
        ({"date": "02.01.2024"}, "date", "Enter a valid date."),
        ({"date": "0001-01-01"}, "date", "This date is before 1900."),
        ({"kind": "steal"}, "kind", "Select a valid choice."),
        ({"kind": ""}, "kind", "This field is required."),
        ({"kind": "deposit"}, "amount", "A deposit needs an amount above zero."),
        ({"kind": "dividend", "amount": "0"}, "amount", "A dividend needs an amount."),
        ({"kind": "split", "quantity": ""}, "quantity", "A split needs a quantity above zero."),
        ({"currency": "€"}, "currency", "Write a currency's three letters, like USD."),
        ({"currency": "EURO"}, "currency", "Ensure this value has at most 3 characters"),
        ({"note": "a\0b"}, "note", "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(changes: dict[str, str], field: str, sentence: str) -> None:
    form = filled(changes)

    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert sentence in form.errors[field][0]


def test_tomorrow_is_in_the_future_everywhere() -> None:
    form = filled({"date": (timezone.now() + timedelta(days=2)).date().isoformat()})

    assert form.errors["date"] == ["This date is in the future."]


@pytest.mark.parametrize(("typed", "stored"), [("eur", "EUR"), ("GBp", "GBp"), ("ZAc", "ZAc"), ("", "")])
def test_a_currency_is_stored_as_exchanges_write_it(typed: str, stored: str) -> None:
    form = filled({"currency": typed})

    assert form.is_valid()
    assert form.cleaned_data["currency"] == stored


@pytest.mark.parametrize(
    ("kind", "symbol"), [("deposit", ""), ("withdrawal", ""), ("interest", "AAPL"), ("fee", "AAPL"), ("tax", "AAPL")]
)
def test_money_put_in_belongs_to_no_security_but_interest_and_costs_may(kind: str, symbol: str) -> None:
    form = filled({"kind": kind, "amount": "5", "quantity": "0"})

    assert form.is_valid(), form.errors
    assert (form.cleaned_data["symbol"], form.instance.quantity) == (symbol, None)


def test_a_stored_transaction_fills_the_form_without_trailing_zeros() -> None:
    row = Transaction(
        portfolio=Portfolio(), pk=1, kind=Kind.BUY, date=date(2024, 1, 2),
        instrument=Instrument(symbol="AAPL"), quantity=Decimal("1000.00000000"), price=Decimal("0.000000"),
        fee=Decimal("0.0000"), tax=Decimal("1.5000"),
    )  # fmt: skip

    shown = TransactionForm(instance=row).initial

    assert (shown["symbol"], shown["quantity"], shown["price"]) == ("AAPL", "1000", "0")
    assert (shown["fee"], shown["tax"]) == ("", "1.5")


def test_every_kind_can_be_chosen_and_says_what_its_fields_mean() -> None:
    labels = dict(filled({}).fields["kind"].choices)  # type: ignore[attr-defined]  # a choice field

    assert (set(labels), set(HELP)) == (set(Kind), set(Kind))
    assert labels[Kind.RETURN_OF_CAPITAL] == "Return of capital"
