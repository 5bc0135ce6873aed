"""Files somebody must correct: each problem is named with its row."""

from datetime import date

import pytest

from portfolios.accounting.importers.native import ROWS_AT_MOST, parse

TODAY = date(2024, 6, 1)
HEADER = "date,kind,symbol,quantity,price,amount,fee,currency,fx_rate\n"
GOOD = "2024-01-02,buy,AAPL,1,190,,,,\n"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("28.03.2024,buy,AAPL,1,190", "«28.03.2024» is not a date. Write it as YYYY-MM-DD"),
        ("2024-02-30,buy,AAPL,1,190", "«2024-02-30» is not a date."),
        (",buy,AAPL,1,190", "«» is not a date."),
        ("2024-06-02,buy,AAPL,1,190", "2024-06-02 is in the future."),
        ("1899-12-31,buy,AAPL,1,190", "1899-12-31 is before 1900."),
        ("2024-01-02", "«» is not a kind. Known are buy, sell,"),
        ("2024-01-02,bougth,AAPL,1,190", "«bougth» is not a kind."),
        ("2024-01-02,buy,,1,190", "a buy needs a symbol."),
        ("2024-01-02,buy,AAPL,0,190", "a buy needs a quantity above zero."),
        ("2024-01-02,buy,AAPL,0.000000001,190", "a buy needs a quantity above zero."),
        ("2024-01-02,buy,AAPL,-1,190", "quantity -1 must be from 0 to 100,000,000,000; the kind says which way"),
        ("2024-01-02,buy,AAPL,1,NaN", "price «NaN» is not a number."),
        ("2024-01-02,buy,AAPL,1,Infinity", "price «Infinity» is not a number."),
        ("2024-01-02,buy,AAPL,1,1e400", "price «1e400» is not a number."),
        ("2024-01-02,buy,AAPL,1_000,1", "quantity «1_000» is not a number."),
        ("2024-01-02,buy,AAPL,１２,1", "quantity «１２» is not a number."),
        ('2024-01-02,buy,AAPL,1,"1,234.5"', "price «1,234.5» is not a number. Write it like 1234.56."),
        ("2024-01-02,buy,AAPL,100000000000,1", "quantity 100000000000 must be from 0"),
        ("2024-01-02,buy,AAPL,99999999999,99999999999", "is worth too much: quantity × price must stay below"),
        ("2024-01-02,buy,AAPL,1,1,,,EUR,10000000", "fx_rate 10000000 must be from 0 to 10,000,000"),
        ("2024-01-02,buy,AAPL,1,1,,,Euro,1", "currency is longer than 3 characters."),
        ("2024-01-02,buy,AAPL,1,1,,,€,1", "«€» is not a currency. Write its three letters, like USD."),
        ("2024-01-02,deposit,,,,0,,,", "a deposit needs an amount above zero."),
        (
            "2024-01-02,deposit,,,,-5,,,",
            "amount -5 must be from 0 to 100,000,000,000; the kind says which way it goes.",
        ),
        ("2024-01-02,withdrawal,,,,-5,,,", "amount -5 must be from 0"),
        ("2024-01-02,return_of_capital,AAPL,,,-5,,,", "amount -5 must be from 0"),
        ("2024-01-02,transfer_in,AAPL,-5,,,,,", "quantity -5 must be from 0"),
        ("2024-01-02,fee,,,,5,-1,,", "fee -1 must be from 0"),
        ("2024-01-02,fee,,,,-200000000000,,,", "amount -200000000000 must be from"),
        ("2024-01-02,fee,,,,--5,,,", "amount «--5» is not a number."),
        ("2024-01-02,transfer_in,AAPL,,,5,,,", "a transfer_in needs a quantity above zero."),
        ("2024-01-02,return_of_capital,,,,5,,,", "a return_of_capital needs a symbol."),
        ("2024-01-02,buy,AAPL,1,190,,,,,,,", "has 12 columns, the header has 9."),
        (f"2024-01-02,buy,{'A' * 33},1,190", "symbol is longer than 32 characters."),
        (f"{'9' * 90},buy,AAPL,1,190", f"«{'9' * 40}…» is not a date."),
    ],
)
def test_a_wrong_row_is_named_with_what_is_wrong(row: str, sentence: str) -> None:
    parsed = parse(f"{HEADER}{GOOD}{row}\n{GOOD}".encode(), TODAY)

    assert [problem.line for problem in parsed.problems] == [3]
    assert sentence in parsed.problems[0].message
    assert [row.line for row in parsed.rows] == [2, 4]


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"", 1, "must be the header and name the columns date,"),
        (b"\n", 1, "must be the header"),
        (b"kind,symbol\nbuy,AAPL\n", 1, "missing: date."),
        (b"symbol,amount\n", 1, "missing: date, kind."),
        (b"date,kind,colour\n", 1, "has columns nobody knows: colour."),
        (b"date,kind,fee,fee\n", 1, "has columns twice: fee."),
        (b"date,kind\n", 0, "The file has a header but no transactions."),
        (b"date,kind\n\n , \n", 0, "The file has a header but no transactions."),
        (b"PK\x03\x04\0\0", 0, "This is not a text file."),
        ("date,kind\n".encode("utf-16"), 0, "This is not a text file."),
        (b"date,k\xefnd\n", 1, "has a byte that is not UTF-8 (0xef)."),
        (HEADER.encode() + b"2024-01-02,buy,\xc4PFEL,1,1\n", 2, "has a byte that is not UTF-8 (0xc4)."),
        (b'date,kind,note\n2024-01-02,buy,"' + b"x" * 200_000 + b'"\n', 2, "is not readable as CSV: field larger than"),
    ],
)
def test_a_file_that_is_wrong_says_where(content: bytes, line: int, sentence: str) -> None:
    parsed = parse(content, TODAY)

    assert [problem.line for problem in parsed.problems] == [line]
    assert sentence in parsed.problems[0].message


def test_one_row_too_many_is_refused() -> None:
    content = b"date,kind,amount\n" + b"2024-01-02,deposit,1\n" * (ROWS_AT_MOST + 1)

    parsed = parse(content, TODAY)

    assert [(p.line, p.message) for p in parsed.problems] == [(0, "The file has more than 20,000 rows. Split it.")]


def test_a_file_of_nothing_but_problems_ends_at_some_point() -> None:
    parsed = parse(b"date,kind\n" + b"x\n" * 100_000, TODAY)

    assert len(parsed.problems) == ROWS_AT_MOST + 2


@pytest.mark.parametrize(
    "row", ["2024-01-02,buy,AAPL,x,1", "2024-01-02,buy,AAPL,1,1,,,,,,,,", "2024-01-02,buy,AAPL,1,1,\udcff"]
)
def test_a_row_that_was_not_understood_leaves_its_security_unsure(row: str) -> None:
    parsed = parse(f"{HEADER}{row}\n".encode(errors="surrogateescape"), TODAY)

    assert parsed.unsure == {"AAPL"}


def test_what_follows_an_unreadable_row_is_unknown_so_that_everything_is_unsure() -> None:
    content = HEADER.encode() + GOOD.encode() + b'2024-01-03,buy,"' + b"x" * 200_000 + b'"\n'

    assert parse(content, TODAY).unsure == {"AAPL"}
