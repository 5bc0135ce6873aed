from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.accounting.entries import Kind
from portfolios.accounting.importers.native import COLUMNS, ROWS_AT_MOST, parse

TODAY = date(2024, 6, 1)
HEADER = "date,kind,symbol,quantity,price\n"


def test_a_row_becomes_a_transaction_of_every_column() -> None:
    text = (
        ",".join(COLUMNS)
        + '\n2024-01-02,Buy,vod.l,12.5,71.2,,9.95,4.45,GBp,1.27,ISA,"first, of many",T-1\n'
    )  # fmt: skip

    parsed = parse(text.encode(), TODAY)

    [row] = parsed.rows
    assert (row.line, row.date, row.kind, row.symbol) == (2, date(2024, 1, 2), Kind.BUY, "VOD.L")
    assert (row.quantity, row.price, row.amount) == (Decimal("12.5"), Decimal("71.2"), None)
    assert (row.fee, row.tax, row.currency, row.fx_rate) == (Decimal("9.95"), Decimal("4.45"), "GBp", Decimal("1.27"))
    assert (row.account, row.note, row.external_id) == ("ISA", "first, of many", "T-1")
    assert parsed.problems == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_separate_columns(separator: str) -> None:
    text = HEADER + "2024-01-02,buy,AAPL,1,190.5\n"

    parsed = parse(text.replace(",", separator).encode(), TODAY)

    assert [row.price for row in parsed.rows] == [Decimal("190.5")]


def test_columns_are_found_by_name_in_any_order_and_case() -> None:
    parsed = parse(b"Price, Quantity ,KIND,symbol,Date\n190,2,buy,AAPL,2024-01-02\n", TODAY)

    assert [(row.quantity, row.price) for row in parsed.rows] == [(2, 190)]


def test_a_byte_order_mark_and_windows_line_ends_are_no_obstacle() -> None:
    parsed = parse(b"\xef\xbb\xbf" + HEADER.encode() + b"2024-01-02,buy,AAPL,1,190\r\n\r\n", TODAY)

    assert (len(parsed.rows), parsed.problems) == (1, [])


def test_a_row_is_named_by_its_first_line_even_after_a_cell_of_several_lines() -> None:
    text = 'date,kind,amount,note\n2024-01-02,deposit,5,"one\ntwo\nthree"\n2024-01-03,deposit,x,\n'

    parsed = parse(text.encode(), TODAY)

    assert parsed.rows[0].note == "one\ntwo\nthree"
    assert [problem.line for problem in parsed.problems] == [5]


def test_a_short_row_has_empty_cells() -> None:
    parsed = parse(b"date,kind,amount,fee,note\n2024-01-02,deposit,100\n", TODAY)

    assert [(row.amount, row.fee, row.note) for row in parsed.rows] == [(100, 0, "")]


def test_a_payment_belongs_to_no_security() -> None:
    parsed = parse(b"date,kind,symbol,amount\n2024-01-02,deposit,CASH,5\n2024-01-02,interest,BND,5\n", TODAY)

    assert [row.symbol for row in parsed.rows] == ["", "BND"]


def test_transfers_take_shares_or_money_from_one_account_to_another() -> None:
    text = (
        b"date,kind,symbol,quantity,amount,account\n"
        b"2024-01-02,transfer_out,vti,2.5,,A\n2024-01-02,transfer_in,VTI,2.5,,B\n2024-01-03,transfer_out,,,100,A\n"
    )

    rows = parse(text, TODAY).rows

    assert [(row.kind, row.symbol, row.quantity, row.amount, row.account) for row in rows] == [
        (Kind.TRANSFER_OUT, "VTI", Decimal("2.5"), None, "A"),
        (Kind.TRANSFER_IN, "VTI", Decimal("2.5"), None, "B"),
        (Kind.TRANSFER_OUT, "", None, 100, "A"),
    ]


def test_refunds_and_charges_are_negative_amounts() -> None:
    text = b"date,kind,symbol,amount\n2024-01-02,fee,,-5\n2024-01-02,interest,,-0.75\n2024-01-02,dividend,VTI,-3\n"

    assert [row.amount for row in parse(text, TODAY).rows] == [-5, Decimal("-0.75"), -3]


def test_numbers_are_rounded_to_what_is_stored() -> None:
    text = b"date,kind,symbol,quantity,price,fee\n2024-01-02,buy,BTC-USD,0.123456789,0.00000851239,1.00005\n"

    [row] = parse(text, TODAY).rows

    assert (row.quantity, row.price, row.fee) == (Decimal("0.12345679"), Decimal("0.0000085124"), Decimal("1.0000"))


def test_zero_is_no_quantity_and_no_rate() -> None:
    text = b"date,kind,symbol,quantity,amount,fx_rate\n2024-01-02,dividend,AAPL,0,5,0\n"

    [row] = parse(text, TODAY).rows

    assert (row.quantity, row.fx_rate) == (None, None)


def test_the_largest_file_is_read_whole() -> None:
    content = b"date,kind,amount\n" + b"2024-01-02,deposit,1\n" * ROWS_AT_MOST

    parsed = parse(content, TODAY)

    assert (len(parsed.rows), parsed.problems) == (ROWS_AT_MOST, [])


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=300))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    parsed = parse(content, TODAY)

    assert parsed.problems or parsed.rows


@settings(max_examples=200, deadline=None)
@given(cells=st.lists(st.lists(st.text(max_size=12), max_size=14), max_size=6), separator=st.sampled_from(",;\t"))
def test_no_cells_make_it_raise_and_every_row_is_either_read_or_named(cells: list[list[str]], separator: str) -> None:
    content = "\n".join([separator.join(COLUMNS), *(separator.join(row) for row in cells)]).encode(errors="replace")

    parsed = parse(content, TODAY)

    assert parsed.problems or parsed.rows
    assert all(problem.message for problem in parsed.problems)
