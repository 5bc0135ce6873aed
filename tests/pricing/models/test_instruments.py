from datetime import date

import pytest
from django.db import IntegrityError, transaction

from pricing.models import Dividend, Instrument, Split

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)


def test_an_instrument_is_called_by_its_symbol_and_has_it_alone(apple: Instrument) -> None:
    assert str(apple) == "AAPL"
    with pytest.raises(IntegrityError), transaction.atomic():
        Instrument.objects.create(symbol="AAPL")


def test_the_currency_of_a_first_quote_is_not_known_before_a_history_says_it(apple: Instrument) -> None:
    assert apple.known_currency == "USD"
    assert Instrument(symbol="KO", currency="XXX").known_currency == ""


def test_a_day_has_one_dividend_and_one_split_of_an_instrument(apple: Instrument) -> None:
    Dividend.objects.create(instrument=apple, ex_date=DAY, amount=1)
    Split.objects.create(instrument=apple, ex_date=DAY, numerator=2, denominator=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Dividend.objects.create(instrument=apple, ex_date=DAY, amount=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Split.objects.create(instrument=apple, ex_date=DAY, numerator=3, denominator=1)
