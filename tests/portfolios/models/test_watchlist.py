from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from portfolios.models import Alert, Watched
from pricing.models import Instrument
from stocktracker.formats import STYLES, written_as

pytestmark = pytest.mark.django_db


def alert(instrument: Instrument, kind: str, threshold: str, **fields: object) -> Alert:
    return Alert(instrument=instrument, kind=kind, threshold=Decimal(threshold), **fields)


def test_nobody_watches_the_same_twice(user: User, apple: Instrument) -> None:
    Watched.objects.create(user=user, instrument=apple)

    with pytest.raises(IntegrityError, match="watched_once"), transaction.atomic():
        Watched.objects.create(user=user, instrument=apple)


@pytest.mark.parametrize(
    ("kind", "threshold", "condition", "sentence"),
    [
        ("above", "200", "≥ $200.00", "AAPL is at $201.50, at or above $200.00"),
        ("below", "210", "≤ $210.00", "AAPL is at $201.50, at or below $210.00"),
        ("move", "5.0000000000", "± 5% in a day", "AAPL is at $201.50: it has moved by 5% or more in a day"),
        ("move", "2.5", "± 2.50% in a day", "AAPL is at $201.50: it has moved by 2.50% or more in a day"),
    ],
)
def test_an_alert_says_what_it_waits_for_and_what_has_happened(
    apple: Instrument, kind: str, threshold: str, condition: str, sentence: str
) -> None:
    row = alert(apple, kind, threshold, triggered_price=Decimal("201.5"))

    assert (row.condition, row.sentence, str(row)) == (condition, sentence, f"AAPL {condition}")


@pytest.mark.parametrize(
    ("kind", "price", "met"),
    [("above", "200", True), ("above", "199", False), ("below", "200", True), ("below", "201", False),
     ("move", "900", False)],
)  # fmt: skip
def test_a_price_that_is_there_already_meets_it(apple: Instrument, kind: str, price: str, met: bool) -> None:
    assert alert(apple, kind, "200").is_met_at(Decimal(price)) is met


def test_a_rate_is_written_as_its_reader_writes_numbers(apple: Instrument) -> None:
    whole, half = alert(apple, "move", "5"), alert(apple, "move", "2.5")

    with written_as(STYLES["de"]):
        german = [whole.rate, half.rate]

    assert [whole.rate, half.rate] == ["5%", "2.50%"]
    assert german == ["5\u202f%", "2,50\u202f%"]
