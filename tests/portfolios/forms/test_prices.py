from decimal import Decimal

import pytest

from portfolios.forms.prices import OwnInstrumentForm, PriceForm


def test_a_day_and_a_price_are_enough() -> None:
    form = PriceForm({"day": "2024-06-03", "close": "0.0000394"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["close"] == Decimal("0.0000394")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"close": "0"}, "close", "Write a price above zero."),
        ({"close": "-1"}, "close", "Write a price above zero."),
        ({"close": "NaN"}, "close", "Enter a number."),
        ({"close": "1e40"}, "close", "Ensure"),
        ({"close": ""}, "close", "This field is required."),
        ({"day": "3.6.2024"}, "day", "Enter a valid date."),
        ({"day": "0001-01-01"}, "day", "This date is before 1900."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(typed: dict[str, str], field: str, sentence: str) -> None:
    form = PriceForm({"day": "2024-06-03", "close": "10"} | typed)

    assert not form.is_valid()
    assert any(error.startswith(sentence) for error in map(str, form.errors[field]))


@pytest.mark.parametrize(("changes", "valid"), [({}, True), ({"name": ""}, True), ({"symbol": ""}, False)])
def test_an_instrument_of_ones_own_needs_a_symbol_and_a_currency(changes: dict[str, str], valid: bool) -> None:
    assert OwnInstrumentForm({"symbol": "HOUSE", "name": "House", "currency": "EUR"} | changes).is_valid() is valid
