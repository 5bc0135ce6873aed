from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.market.files import Content, Parsed, Row, parse

TODAY = date(2024, 6, 30)


def read(*lines: str) -> Parsed:
    return parse("\n".join(lines).encode(), TODAY)


def problems(*lines: str) -> list[str]:
    return [str(problem) for problem in read(*lines).problems]


def test_a_file_of_closes() -> None:
    parsed = read("symbol,date,close,currency", "HOUSE,2024-06-28,250000.50,EUR", "", "house,2024-06-29,1e5,EUR")

    assert parsed == Parsed(
        Content.CLOSES,
        (
            Row(2, "HOUSE", date(2024, 6, 28), (Decimal("250000.50"),), "EUR"),
            Row(4, "HOUSE", date(2024, 6, 29), (Decimal(100000),), "EUR"),
        ),
        (),
    )


def test_a_currency_is_written_as_exchanges_write_it() -> None:
    rows = read("symbol,date,close,currency", "A,2024-01-02,1,usd", "B,2024-01-02,1,GBp", "A,2024-01-03,1,USD").rows

    assert [row.currency for row in rows] == ["USD", "GBp", "USD"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_spreadsheet_may_separate_with_semicolons_or_tabs(delimiter: str) -> None:
    lines = ["symbol,date,close,currency", "HOUSE,2024-06-28,1.5,EUR"]

    assert read(*(line.replace(",", delimiter) for line in lines)) == read(*lines)


def test_a_file_of_dividends_in_any_order_of_columns_as_a_spreadsheet_saves_it() -> None:
    parsed = parse("\ufeffDividend, Ex_date,SYMBOL\r\n2.65,2012-08-09,AAPL\r\n".encode(), TODAY)

    assert parsed == Parsed(Content.DIVIDENDS, (Row(2, "AAPL", date(2012, 8, 9), (Decimal("2.65"),), ""),), ())


def test_a_file_of_splits() -> None:
    parsed = read("symbol,ex_date,numerator,denominator", "AAPL,2005-02-28,2,1")

    assert parsed == Parsed(Content.SPLITS, (Row(2, "AAPL", date(2005, 2, 28), (Decimal(2), Decimal(1)), ""),), ())


@pytest.mark.parametrize(
    "header", ["symbol,date", "symbol,date,close,dividend", "symbol,date,close,close", "", "symbol,ex_date,close"]
)
def test_a_header_that_says_nothing_known_is_told_what_is(header: str) -> None:
    (sentence,) = problems(header, "A,2024-01-02,3")

    assert sentence.startswith(f"Row 1: the header «{header}» is none of these: symbol,date,close[,currency]; symbol,")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("A,2024-01-02", "it has 2 fields, the header 4."),
        (",2024-01-02,1,EUR", "the symbol is missing."),
        ("A,02.01.2024,1,EUR", "«02.01.2024» is not a date. Write it like 2024-06-30."),
        ("A,20240102,1,EUR", "«20240102» is not a date. Write it like 2024-06-30."),
        ("A,2024-02-30,1,EUR", "«2024-02-30» is not a date. Write it like 2024-06-30."),
        ("A,2024-07-01,1,EUR", "2024-07-01 lies in the future."),
        ("A,2024-01-02,1_000,EUR", "the close «1_000» is not a number. Write it like 1234.56."),
        ("A,2024-01-02,NaN,EUR", "the close «NaN» is not a number. Write it like 1234.56."),
        ("A,2024-01-02,inf,EUR", "the close «inf» is not a number. Write it like 1234.56."),
        ("A,2024-01-02,,EUR", "the close «» is not a number. Write it like 1234.56."),
        ("A,2024-01-02,0,EUR", "the close 0 is not above zero and below 100000000000000."),
        ("A,2024-01-02,-3,EUR", "the close -3 is not above zero and below 100000000000000."),
        ("A,2024-01-02,1e15,EUR", "the close 1e15 is not above zero and below 100000000000000."),
        ("A,2024-01-02,1,euros", "«euros» is not a currency. Use a code like EUR, or GBp for pence."),
    ],
)
def test_each_problem_is_a_sentence_with_its_row(row: str, sentence: str) -> None:
    assert problems("symbol,date,close,currency", "B,2024-01-02,1,EUR", row) == [f"Row 3: {sentence}"]


@pytest.mark.parametrize("numbers", ["0,1", "2,0", "1.00001,1", "100000000,1"])
def test_a_split_that_is_none_is_refused(numbers: str) -> None:
    (sentence,) = problems("symbol,ex_date,numerator,denominator", f"A,2024-01-02,{numbers}")

    assert "is not a number of shares above zero with at most 4 decimals." in sentence


def test_one_day_twice_and_two_currencies_name_both_rows() -> None:
    header = "symbol,date,close,currency"

    assert problems(header, "A,2024-01-02,1,EUR", "B,2024-01-02,1,EUR", "A,2024-01-02,1,EUR") == [
        "Row 4: the date 2024-01-02 of A is in row 2 already."
    ]
    assert problems(header, "A,2024-01-02,1,EUR", "A,2024-01-03,1,", "A,2024-01-04,1,USD") == [
        "Row 4: A is in USD here and in EUR in row 2."
    ]


def test_all_problems_are_told_at_once_in_the_order_of_their_rows() -> None:
    found = problems("symbol,date,close", "A,2024-01-02,1", "A,2024-01-02,1", "A,x,1", "A,2024-01-03,y")

    assert [sentence.partition(":")[0] for sentence in found] == ["Row 3", "Row 4", "Row 5"]


def test_no_rows_and_no_text_are_problems_too() -> None:
    assert problems("symbol,date,close") == ["Row 1: there is nothing below the header."]
    assert "this is not a CSV file in UTF-8" in str(parse(b"\xff\xfe", TODAY).problems[0])


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_problems(content: bytes) -> None:
    parsed = parse(b"symbol,date,close\n" + content, TODAY)

    assert parsed.rows or parsed.problems
