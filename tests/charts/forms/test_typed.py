import pytest

from charts.forms.typed import flag, fraction, number, percent, shown, symbols, told
from portfolios.accounting.sentences import Sentence
from stocktracker.formats import STYLES, written_as


@pytest.mark.parametrize(
    ("text", "read"),
    [("1234.5", 1234.5), ("1234,5", 1234.5), (" 1\u202f234,5 ", 1234.5), ("−3", -3.0), ("", None), ("ten", "ten"),
     ("1.234,56", 1234.56), ("1,234.56", 1234.56), ("-1.234.567", -1234567.0), ("1’000’000", 1e6), ("0,125", 0.125),
     ("1,2,3", "1,2,3"), ("1.234.56", "1.234.56"), ("1,23,456.7", "1,23,456.7"), ("  ", None)],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it_and_anything_else_is_kept(text: str, read: object) -> None:
    assert number(text) == read


@pytest.mark.parametrize(("language", "point", "comma"), [("en", 1.234, 1234.0), ("de", 1234.0, 1.234)])
def test_three_digits_after_a_sign_are_what_its_reader_means(language: str, point: float, comma: float) -> None:
    with written_as(STYLES[language]):
        assert (number("1.234"), number("1,234")) == (point, comma)


@pytest.mark.parametrize("language", list(STYLES))
@pytest.mark.parametrize("value", [0.001, 33.333, 1234.5, 1e12, 12345678901.5, -0.125, 100.0])
def test_what_fills_a_field_is_read_as_the_same_number(language: str, value: float) -> None:
    with written_as(STYLES[language]):
        assert number(shown(value)) == value


@pytest.mark.parametrize(("text", "read"), [("60", 0.6), ("33.33 %", 0.3333), ("0,1", 0.001), ("", None), ("x", "x")])
def test_a_percentage_is_a_fraction(text: str, read: object) -> None:
    assert fraction(text) == read


def test_symbols_stand_between_commas_blanks_and_line_ends() -> None:
    assert symbols("VTI, BND;VEA\nGLD  IAU,,") == ["VTI", "BND", "VEA", "GLD", "IAU"]


def test_a_tick_is_on_unless_it_says_no() -> None:
    assert [flag(text) for text in ("on", "1", "", "false", "0")] == [True, True, False, False, False]


def test_numbers_fill_a_field_without_noise() -> None:
    assert [shown(value) for value in (500.0, 0.1 + 0.2, None, "VTI", 14)] == ["500", "0.3", "", "VTI", "14"]
    assert [percent(value) for value in (0.6, 0.001, None)] == ["60", "0.1", ""]


def test_numbers_of_a_sentence_are_written_for_its_reader_and_what_was_typed_is_not() -> None:
    with written_as(STYLES["de"]):
        found = told(Sentence("{most} {sum} {text} {day}", most="1e+12", sum="40.06 %", text="1.5", day="2020-01-31"))

    assert str(found) == "1.000.000.000.000 40,06 % 1.5 2020-01-31"
