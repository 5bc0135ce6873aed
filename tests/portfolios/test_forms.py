from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from portfolios.accounting.entries import Kind
from portfolios.forms import HELP, LABELS, PortfolioForm, SettingsForm, TransactionForm, UploadForm
from portfolios.models import Portfolio, Transaction
from portfolios.services.imports import LARGEST_FILE
from portfolios.services.portfolios import Settings
from pricing.models import Instrument
from pricing.services.manual import create

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
    assert (set(LABELS), set(HELP)) == (set(Kind), set(Kind))
    assert LABELS[Kind.RETURN_OF_CAPITAL] == "Return of capital"


def settled(**changes: str) -> SettingsForm:
    portfolio = Portfolio.objects.create(owner=User.objects.create_user("grace"), name="Family")
    return SettingsForm({"name": "Family", "base_currency": "USD", "risk_free": "2"} | changes, instance=portfolio)


def test_settings_are_fractions_and_symbols_each_once() -> None:
    form = settled(benchmark=" spy ", more_benchmarks="^gspc;SPY, iwda.as ^GSPC", inflation="2.5")

    assert form.is_valid(), form.errors
    assert form.settings == Settings(
        "Family", "USD", False, False, "SPY", ("^GSPC", "IWDA.AS"), Decimal("0.02"), Decimal("0.025")
    )


def test_without_a_benchmark_and_inflation_there_is_neither() -> None:
    form = settled()

    assert form.is_valid(), form.errors
    assert (form.settings.benchmark, form.settings.more_benchmarks, form.settings.inflation) == ("", (), None)


def test_a_wrong_benchmark_is_said_beside_it_whatever_else_is_named() -> None:
    form = settled(benchmark="no symbol", more_benchmarks="SPY")

    assert list(form.errors) == ["benchmark"]


def test_funds_the_price_source_does_not_know_are_named() -> None:
    form = settled()
    form.instance.more_benchmarks.add(Instrument.objects.create(symbol="NOSUCH", status=Instrument.Status.UNKNOWN))

    assert SettingsForm(instance=form.instance).unknown == ["NOSUCH"]


@pytest.mark.parametrize("code", ["usd", "EUR", "JPY"])
def test_a_portfolio_has_a_base_currency(code: str) -> None:
    form = PortfolioForm({"name": "Family", "base_currency": code})

    assert form.is_valid()
    assert form.cleaned_data["base_currency"] == code.upper()


@pytest.mark.parametrize("code", ["US", "12€", "äöü", "GBX", "dollar"])
def test_a_base_currency_is_three_letters_and_no_hundredth(code: str) -> None:
    assert "base_currency" in PortfolioForm({"name": "Family", "base_currency": code}).errors


def test_a_file_that_is_too_large_or_empty_is_refused() -> None:
    large, empty = (
        UploadForm({}, MultiValueDict({"file": [SimpleUploadedFile("a.csv", content)]}))
        for content in (b"x" * (LARGEST_FILE + 1), b"")
    )

    assert large.errors["file"] == ["This file is larger than 4 MB. Split it."]
    assert empty.errors["file"] == ["The submitted file is empty."]


def test_the_symbol_field_suggests_and_is_a_text_field_all_the_same() -> None:
    field = str(filled({})["symbol"])

    for part in ('type="text"', 'role="combobox"', 'hx-get="/symbols/"', 'aria-describedby="id_symbol_helptext"'):
        assert part in field
    assert 'id="symbol-suggestions"' in field


def test_what_somebody_else_entered_for_himself_is_not_to_be_named(portfolio: Portfolio, user: User) -> None:
    create("MY-HOUSE", "", "EUR", user)
    create("MY-BOAT", "", "EUR", User.objects.create_user("bob"))
    told = "MY-BOAT is somebody else's own instrument; choose another symbol."

    def errors(symbol: str) -> dict[str, list[str]]:
        form = TransactionForm(GOOD | {"symbol": symbol}, instance=Transaction(portfolio=portfolio))
        return {field: list(map(str, sentences)) for field, sentences in form.errors.items()}

    settings = SettingsForm({"benchmark": "my-boat", "more_benchmarks": "SPY MY-BOAT"}, instance=portfolio)
    assert (errors("my-house"), errors("my-boat")) == ({}, {"symbol": [told]})
    assert [list(settings.errors[field]) for field in ("benchmark", "more_benchmarks")] == [[told], [told]]
