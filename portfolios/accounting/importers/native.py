"""Our own CSV: date,kind,symbol,quantity,price,amount,fee,tax,currency,fx_rate,account,note,external_id.

Columns are found by name, in any order; only date and kind are always needed. A file with any problem is refused
whole, every problem named with its row. What is written can be read again, and is then the same.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portfolios.accounting.completeness import limit_of, missing_part, too_large
from portfolios.accounting.entries import (
    MAY_BE_NEGATIVE,
    TAKES_INSTRUMENT,
    Kind,
    as_quoted,
    plain,
)
from portfolios.accounting.sentences import Sentence

COLUMNS = (
    "date", "kind", "symbol", "quantity", "price", "amount", "fee", "tax", "currency", "fx_rate", "account", "note",
    "external_id",
)  # fmt: skip
NEEDED = ("date", "kind")
ROWS_AT_MOST = 20_000  # in one file; more is a mistake or belongs into several files
FIRST_YEAR = 1900
LONGEST_QUOTED = 40  # characters of a cell that a problem repeats
PLACES = {"quantity": 8, "price": 10, "amount": 4, "fee": 4, "tax": 4, "fx_rate": 10}  # decimals that are kept
PLAIN = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)")
QUOTE = "'"  # before a text that a spreadsheet would take for a formula, and hide
FORMULA = tuple("=+-@＝＋－＠" + QUOTE)  # how such a text begins
LENGTHS = {"symbol": 32, "currency": 3, "account": 60, "note": 500, "external_id": 100}


@dataclass(frozen=True, slots=True)
class Row:
    """One transaction as the file says it; `line` counts as a text editor does, the header is line 1."""

    line: int
    date: date
    kind: Kind
    symbol: str
    quantity: Decimal | None
    price: Decimal | None
    amount: Decimal | None
    fee: Decimal
    tax: Decimal
    currency: str
    fx_rate: Decimal | None
    account: str
    note: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Problem:
    line: int  # 0: the file as a whole
    message: Sentence


@dataclass(slots=True)
class Parsed:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)  # symbols of rows with a problem: their quantities are not known


class RowError(ValueError):
    """A sentence about one row."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def parse(content: bytes, today: date) -> Parsed:
    """Never raises: what is wrong with the file is in `problems`."""
    parsed = Parsed()
    text = content.decode("utf-8-sig", errors="surrogateescape")
    if "\0" in text:
        parsed.problems.append(Problem(0, Sentence("This is not a text file. Export it as CSV in UTF-8.")))
        return parsed
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if problem := _header_problem(header):
            parsed.problems.append(Problem(1, problem))
            return parsed
        line = reader.line_num + 1
        for cells in reader:
            _read(header, cells, line, today, parsed)
            if len(parsed.rows) + len(parsed.problems) > ROWS_AT_MOST:
                _stop(
                    parsed,
                    Problem(0, Sentence("The file has more than {most} rows. Split it.", most=f"{ROWS_AT_MOST:,}")),
                )
                break
            line = reader.line_num + 1  # a quoted cell may span lines: a row is named by its first
    except csv.Error as error:
        _stop(parsed, Problem(reader.line_num, Sentence("is not readable as CSV: {error}.", error=error)))
    if not parsed.rows and not parsed.problems:
        parsed.problems.append(Problem(0, Sentence("The file has a header but no transactions.")))
    return parsed


def write(rows: Iterable[Row]) -> str:
    """What `parse` reads as these rows: every column, plain numbers, nothing where there is none."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in COLUMNS])
    return text.getvalue()


def _cell(value: date | Decimal | str | None) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    text = value or ""
    return QUOTE + text if text.startswith(FORMULA) else text


def _unquoted(text: str) -> str:
    return text[1:] if text.startswith(QUOTE) and text[1:].startswith(FORMULA) else text


def _stop(parsed: Parsed, problem: Problem) -> None:
    """The rest of the file stays unread, so that nobody knows how much of anything is held."""
    parsed.problems.append(problem)
    parsed.unsure |= {row.symbol for row in parsed.rows}


def _foreign_byte(text: str) -> Sentence | None:
    """What is wrong with a text that was not UTF-8: decoding left a lone surrogate for each such byte."""
    for character in text:
        if "\udc80" <= character <= "\udcff":
            byte = f"{ord(character) - 0xDC00:02x}"
            return Sentence("has a byte that is not UTF-8 (0x{byte}). Save the file as UTF-8.", byte=byte)
    return None


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _header_problem(header: list[str]) -> Sentence | None:
    known = ", ".join(COLUMNS)
    if problem := _foreign_byte("".join(header)):
        return problem
    if missing := [name for name in NEEDED if name not in header]:
        return Sentence(
            "must be the header and name the columns {known}; missing: {missing}.",
            known=known,
            missing=", ".join(missing),
        )
    if unknown := [name for name in header if name and name not in COLUMNS]:
        unknowns = _short(", ".join(unknown))
        return Sentence("has columns nobody knows: {unknown}. Known are {known}.", unknown=unknowns, known=known)
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        return Sentence("has columns twice: {names}.", names=", ".join(twice))
    return None


def _read(header: list[str], cells: list[str], line: int, today: date, parsed: Parsed) -> None:
    if not any(cell.strip() for cell in cells):
        return
    values = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
    values |= {name: _unquoted(values[name]) for name in LENGTHS if name in values}
    try:
        _check_cells(header, cells)
        parsed.rows.append(_row(values, line, today))
    except RowError as error:
        parsed.problems.append(Problem(line, error.sentence))
        parsed.unsure.add(values.get("symbol", "").upper())


def _check_cells(header: list[str], cells: list[str]) -> None:
    if problem := _foreign_byte("".join(cells)):
        raise RowError(problem)
    if len(cells) > len(header):
        raise RowError(Sentence("has {n} columns, the header has {wanted}.", n=len(cells), wanted=len(header)))


def _row(values: dict[str, str], line: int, today: date) -> Row:
    for name, length in LENGTHS.items():
        if len(values.get(name, "")) > length:
            raise RowError(Sentence("{name} is longer than {length} characters.", name=name, length=length))
    kind = _kind(values.get("kind", ""))
    signed = {"amount"} if kind in MAY_BE_NEGATIVE else set()
    numbers = {name: _number(name, values.get(name, ""), signed=name in signed) for name in PLACES}
    row = Row(
        line=line,
        date=_date(values.get("date", ""), today),
        kind=kind,
        symbol=values.get("symbol", "").upper() if kind in TAKES_INSTRUMENT else "",
        quantity=numbers["quantity"] or None,
        price=numbers["price"],
        amount=numbers["amount"],
        fee=numbers["fee"] or Decimal(0),
        tax=numbers["tax"] or Decimal(0),
        currency=_currency(values.get("currency", "")),
        fx_rate=numbers["fx_rate"] or None,
        account=values.get("account", ""),
        note=values.get("note", ""),
        external_id=values.get("external_id", ""),
    )
    if message := missing_part(row.kind, row.symbol, row.quantity, row.price, row.amount):
        raise RowError(message)
    if message := too_large(row.quantity, row.price, row.amount, row.fx_rate):
        raise RowError(message)
    return row


def _date(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RowError(
            Sentence("«{text}» is not a date. Write it as YYYY-MM-DD, like 2024-03-28.", text=_short(text))
        ) from None
    if day.year < FIRST_YEAR:
        raise RowError(Sentence("{day} is before {year}.", day=text, year=FIRST_YEAR))
    if day > today:
        raise RowError(Sentence("{day} is in the future.", day=text))
    return day


def _kind(text: str) -> Kind:
    try:
        return Kind(text.lower())
    except ValueError:
        told = Sentence("«{text}» is not a kind. Known are {kinds}.", text=_short(text), kinds=", ".join(Kind))
        raise RowError(told) from None


def _currency(text: str) -> str:
    if text and not (len(text) == LENGTHS["currency"] and text.isascii() and text.isalpha()):
        raise RowError(Sentence("«{text}» is not a currency. Write its three letters, like USD.", text=text))
    return as_quoted(text)


def _number(name: str, text: str, *, signed: bool = False) -> Decimal | None:
    """A plain number, rounded to what is stored. Thousands separators and exponents are refused rather than guessed."""
    if not text:
        return None
    if not PLAIN.fullmatch(text):
        raise RowError(
            Sentence("{name} «{text}» is not a number. Write it like 1234.56.", name=name, text=_short(text))
        )
    value, limit = Decimal(text), limit_of(name)
    if not (-limit if signed else 0) <= value < limit:
        raise RowError(
            Sentence(
                "{name} {text} must be from 0 to {limit}; the kind says which way it goes.",
                name=name,
                text=_short(text),
                limit=f"{limit:,.0f}",
            )
        )
    return round(value, PLACES[name]) or abs(value) * 0


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}…"
