"""What is written is read as what it was, and no spreadsheet takes a note for a formula."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.accounting.completeness import limit_of, missing_part, too_large
from portfolios.accounting.entries import MAY_BE_NEGATIVE, TAKES_INSTRUMENT, Kind, as_quoted
from portfolios.accounting.importers.native import (
    COLUMNS,
    FIRST_YEAR,
    LENGTHS,
    PLACES,
    Row,
    parse,
    write,
)  # fmt: skip

TODAY = date(2024, 6, 1)
PLAIN = Row(
    0, date(2024, 1, 2), Kind.FEE, "", None, None, Decimal(5), Decimal(0), Decimal(0), "", None, "", "", ""
)  # fmt: skip
LETTERS = st.characters(codec="utf-8", exclude_characters="\0")


def texts(longest: int) -> st.SearchStrategy[str]:
    """As a form or a file leaves them: without blanks around; many begin like a formula."""
    whole = st.tuples(st.sampled_from(["", "=", "'", "'=", "''", "+", "-", "@", "＝"]), st.text(LETTERS, max_size=20))
    return whole.map(lambda parts: "".join(parts).strip()[:longest].strip())


def numbers(name: str, *, signed: bool = False) -> st.SearchStrategy[Decimal]:
    most = min(limit_of(name), Decimal(10**5)) - 1
    return st.decimals(-most if signed else 0, most, places=PLACES[name])


@st.composite
def rows(draw: st.DrawFn) -> Row:
    kind = draw(st.sampled_from(list(Kind)))
    amount = numbers("amount", signed=kind in MAY_BE_NEGATIVE)
    row = Row(
        line=0,
        date=draw(st.dates(date(FIRST_YEAR, 1, 1), TODAY)),
        kind=kind,
        symbol=draw(texts(LENGTHS["symbol"])).upper()[: LENGTHS["symbol"]].strip() if kind in TAKES_INSTRUMENT else "",
        quantity=draw(st.none() | numbers("quantity")) or None,
        price=draw(st.none() | numbers("price")),
        amount=draw(st.none() | amount),
        fee=draw(numbers("fee")),
        tax=draw(numbers("tax")),
        currency=as_quoted(draw(st.sampled_from(["", "usd", "EUR", "GBp", "ZAc"]))),
        fx_rate=draw(st.none() | numbers("fx_rate")) or None,
        account=draw(texts(LENGTHS["account"])),
        note=draw(texts(LENGTHS["note"])),
        external_id=draw(texts(LENGTHS["external_id"])),
    )
    return row if row.symbol.upper() == row.symbol else replace(row, symbol="AAPL")


def is_valid(row: Row) -> bool:
    missing = missing_part(row.kind, row.symbol, row.quantity, row.price, row.amount)
    return not missing and not too_large(row.quantity, row.price, row.amount, row.fx_rate)


@settings(max_examples=400, deadline=None)
@given(typed=st.lists(rows().filter(is_valid), min_size=1, max_size=5))
def test_what_is_written_is_read_as_the_same_rows(typed: list[Row]) -> None:
    parsed = parse(write(typed).encode(), TODAY)

    assert parsed.problems == []
    assert [replace(row, line=0) for row in parsed.rows] == typed


@settings(max_examples=200, deadline=None)
@given(typed=st.lists(rows().filter(is_valid), min_size=1, max_size=5))
def test_what_is_read_is_written_as_the_same_bytes(typed: list[Row]) -> None:
    written = write(typed)

    assert write(parse(written.encode(), TODAY).rows) == written


@pytest.mark.parametrize(
    ("note", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+49", "'+49"), ("-1", "'-1"), ("@x", "'@x"), ("＝1", "'＝1"),
        ("'quoted", "''quoted"), ("'=1", "''=1"), ("a=1", "a=1"), ("", ""),
    ],
)  # fmt: skip
def test_a_text_that_begins_like_a_formula_has_a_quote_before_it(note: str, cell: str) -> None:
    assert write([replace(PLAIN, note=note)]).splitlines()[1] == f"2024-01-02,fee,,,,5,0,0,,,,{cell},"


def test_a_quote_that_guards_nothing_stays() -> None:
    content = b"date,kind,amount,note\n2024-01-02,fee,5,'quoted'\n2024-01-02,fee,5,'=1\n2024-01-02,fee,5,'\n"

    assert [row.note for row in parse(content, TODAY).rows] == ["'quoted'", "=1", "'"]


def test_numbers_are_plain_and_what_is_not_stated_is_empty() -> None:
    row = replace(PLAIN, amount=Decimal("-1E+3"), fee=Decimal("0.0001000"), price=Decimal(0))

    assert write([row]).splitlines() == [",".join(COLUMNS), "2024-01-02,fee,,,0,-1000,0.0001,0,,,,,"]
