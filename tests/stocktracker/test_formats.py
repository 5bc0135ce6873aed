from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from stocktracker.formats import (
    Number,
    age,
    day,
    day_and_time,
    moment,
    money,
    month,
    percent,
    quantity,
    short_day,
    words,
)

NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (1234.5, "USD", "$1,234.50"),
        (Decimal("-1234.567"), "EUR", "−€1,234.57"),
        (0, "GBP", "£0.00"),
        (1234.5, "JPY", "¥1,234"),
        (-0.4, "JPY", "¥0"),
        (71.2, "GBp", "71.20p"),
        (-71.2, "GBp", "−71.20p"),
        (1, "CHF", "CHF\u202f1.00"),
        (1, "ZAc", "ZAc\u202f1.00"),
        (None, "USD", "n/a"),
    ],
)
def test_money_carries_the_sign_of_its_currency(value: Number | None, currency: str, text: str) -> None:
    assert money(value, currency) == text


@pytest.mark.parametrize("value", [-0.001, -0.0, Decimal("-0.004"), Decimal("-1E-30"), 0])
def test_money_that_rounds_to_nothing_has_no_sign(value: Number) -> None:
    assert money(value, "USD", signed=True) == "$0.00"


def test_signed_money_says_which_way_it_goes() -> None:
    assert money(2, "USD", signed=True) == "+$2.00"
    assert money(-2, "USD", signed=True) == "−$2.00"


def test_money_without_cents_is_rounded_not_cut() -> None:
    assert money(1999.99, "USD", cents=False) == "$2,000"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e30, "$1,000,000,000,000,000,000,000,000,000,000.00"), (1e-300, "$0.00"), (Decimal("1E+5"), "$100,000.00")],
)
def test_huge_and_tiny_amounts_are_written_out(value: Number, text: str) -> None:
    assert money(value, "USD") == text


@pytest.mark.parametrize("value", [NAN, INFINITE, -INFINITE, Decimal("NaN"), None])
def test_what_is_no_number_is_not_available(value: Number | None) -> None:
    assert (money(value, "USD"), percent(value), quantity(value)) == ("n/a", "n/a", "n/a")


@pytest.mark.parametrize("value", [-1.7e308, 1.7e308, 5e-324])
def test_no_float_is_too_large_or_too_small_to_be_written(value: float) -> None:
    texts = (money(value, "USD"), percent(value), quantity(value))

    assert all("e" not in text.lower() for text in texts)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0033, 2, "+0.33%"),
        (-0.0033, 2, "−0.33%"),
        (-0.00001, 2, "0.00%"),
        (-0.0004, 1, "0.0%"),
        (0, 2, "0.00%"),
        (12.5, 0, "+1,250%"),
        (-1, 2, "−100.00%"),
        (Decimal("0.26249"), 1, "+26.2%"),
    ],
)
def test_a_percentage_says_which_way_it_goes_unless_it_is_nothing(value: Number, digits: int, text: str) -> None:
    assert percent(value, digits) == text


def test_a_share_has_no_plus() -> None:
    assert percent(0.262, 1, signed=False) == "26.2%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.500000"), "12.5"),
        (Decimal("100.00000000"), "100"),
        (Decimal("1E+3"), "1,000"),
        (Decimal("0E-8"), "0"),
        (Decimal("0.00000001"), "0.00000001"),
        (Decimal("0.000000001"), "0"),
        (Decimal("-0.000000001"), "0"),
        (Decimal("-12.50"), "−12.5"),
        (1234567.25, "1,234,567.25"),
    ],
)
def test_a_quantity_is_written_without_useless_zeros_or_exponents(value: Number, text: str) -> None:
    assert quantity(value) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=3, minutes=5), "3 h 05 min"),
        (timedelta(hours=23, minutes=59), "23 h 59 min"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=4, hours=23), "4 days"),
    ],
)
def test_an_age_is_read_off_as_from_a_clock(span: timedelta, text: str) -> None:
    assert age(span) == text


def test_a_moment_is_written_in_its_own_time_zone() -> None:
    assert day_and_time(datetime(2026, 11, 2, 9, 5, tzinfo=UTC)) == "Mon 2 Nov, 09:05"


@pytest.mark.parametrize("value", [10_000, 1e111])
def test_a_percentage_nobody_could_read_is_a_bound(value: Number) -> None:
    assert percent(value) == "> 999,999%"


@pytest.mark.parametrize(("name", "text"), [("return_of_capital", "Return of capital"), ("buy", "Buy"), ("", "")])
def test_a_name_of_ours_is_written_as_words(name: str, text: str) -> None:
    assert words(name) == text


def test_days_and_moments_are_written_as_germans_write_them() -> None:
    moment_of = datetime(2026, 9, 2, 9, 5, tzinfo=UTC)
    english = (day(moment_of), short_day(moment_of), moment(moment_of), month(moment_of))

    with override("de"):
        german = (day(moment_of), short_day(moment_of), moment(moment_of), month(moment_of))

    assert english == ("2 Sep 2026", "2 Sep", "2 Sep, 09:05", "Sep 2026")
    assert german == ("2. Sept. 2026", "2. Sept.", "2. Sept., 09:05", "Sep 2026")
