from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from portfolios.accounting.sentences import Sentence


def shown(expression: str, **values: object) -> str:
    return Template("{% load figures %}{{ " + expression + " }}").render(Context(values))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("value|money:'USD'", "$1,234.50"),
        ("value|whole_money:'USD'", "$1,234"),
        ("value|signed_money:'EUR'", "+€1,234.50"),
        ("value|signed_whole_money:'GBP'", "+£1,234"),
        ("value|quantity", "1,234.5"),
        ("rate|percent", "+0.33%"),
        ("rate|percent:1", "+0.3%"),
        ("rate|share", "0.3%"),
        ("missing|money:'USD'", "n/a"),
        ("missing|percent", "n/a"),
        ("missing|quantity", "n/a"),
    ],
)
def test_filters_write_numbers_in_the_products_one_spelling(expression: str, text: str) -> None:
    assert shown(expression, value=Decimal("1234.50"), rate=0.0033, missing=None) == text


@pytest.mark.parametrize(
    ("value", "tone", "arrow"),
    [(1, "gain", "▲"), (-1, "loss", "▼"), (0, "", ""), (Decimal("-0.00"), "", ""), (None, "", "")],
)
def test_a_gain_and_a_loss_are_told_by_class_and_arrow(value: object, tone: str, arrow: str) -> None:
    assert (shown("value|tone", value=value), shown("value|arrow", value=value)) == (tone, arrow)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [("$1,234.50", "$1,234", ".50"), ("¥1,234", "¥1,234", ""), ("71.20p", "71", ".20p"), ("n/a", "n/a", "")],
)
def test_cents_can_be_set_smaller_than_the_rest(text: str, before: str, after: str) -> None:
    assert shown("text|before_cents", text=text) == before
    assert shown("text|cents", text=text) == after


@pytest.mark.parametrize(
    ("value", "width"), [(Decimal("0.5"), 32), (1, 64), (7, 64), (0, 0), (None, 0), (-0.5, 0), (1e-9, 0)]
)
def test_a_bar_is_never_wider_than_its_frame_nor_narrower_than_nothing(value: object, width: int) -> None:
    assert shown("value|bar_width:64", value=value) == str(width)


def test_days_and_moments_are_those_of_the_readers_clock() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)

    with timezone.override("Europe/Berlin"):
        told = [shown(f"late|{name}", late=late) for name in ("day", "short_day", "moment")]

    assert told == ["21 Nov 2026", "21 Nov", "21 Nov, 00:30"]
    assert shown("late|moment", late=None) == ""


def test_a_sentence_of_a_calculation_is_said_in_the_readers_language() -> None:
    twice = Sentence("has columns twice: {names}.", names="date")

    with override("de"):
        assert shown("twice|said", twice=twice) == "enthält Spalten doppelt: date."
    assert shown("twice|said", twice=twice.stored) == "has columns twice: date."
