from datetime import date

import pytest
from django.contrib.auth.models import User

from portfolios.forms.portfolios import SettingsForm
from portfolios.forms.transactions import TransactionForm
from portfolios.models import Portfolio, Transaction
from pricing.services.manual import create

pytestmark = pytest.mark.django_db

GOOD = {"kind": "buy", "date": "2024-01-02", "symbol": "AAPL", "quantity": "10", "price": "190.5"}


def filled(changes: dict[str, str]) -> TransactionForm:
    row = Transaction(portfolio=Portfolio(base_currency="USD"), date=date(2024, 1, 1))
    return TransactionForm(GOOD | changes, instance=row)


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
