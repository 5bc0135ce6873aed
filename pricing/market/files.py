"""A CSV of closes, dividends or splits into rows, or into every problem it has; its header says which it is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from .currencies import as_quoted

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{0,20})?([eE][+-]?\d{1,2})?", re.ASCII)
CURRENCY = re.compile(r"[A-Za-z]{3}")
SMALLEST, LARGEST = Decimal("1E-10"), Decimal("1E14")  # what a column of 24 digits with 10 decimals holds
RATIO_DECIMALS, RATIO_LARGEST = 4, Decimal("1E8")  # of a split's two numbers, as stored


class Content(Enum):
    """What a file holds: the column of its days, those of its numbers, and what else there may be."""

    CLOSES = ("date", ("close",), ("currency",))
    DIVIDENDS = ("ex_date", ("dividend",), ("currency",))
    SPLITS = ("ex_date", ("numerator", "denominator"), ())

    def __init__(self, day: str, numbers: tuple[str, ...], optional: tuple[str, ...]) -> None:
        self.day, self.numbers, self.optional = day, numbers, optional

    @property
    def header(self) -> str:
        return ",".join(("symbol", self.day, *self.numbers)) + "".join(f"[,{name}]" for name in self.optional)


@dataclass(frozen=True, slots=True)
class Problem:
    row: int  # as a spreadsheet counts: the header is row 1; 0: of none
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}: {self.message}" if self.row else self.message


@dataclass(frozen=True, slots=True)
class Row:
    row: int
    symbol: str
    day: date
    numbers: tuple[Decimal, ...]  # the close; the dividend; or new shares, for how many old ones
    currency: str  # as quoted; empty where the file does not say


@dataclass(frozen=True, slots=True)
class Parsed:
    kind: Content
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


class _Wrong(Exception):  # noqa: N818 — a sentence on its way to its row
    pass


def parse(content: bytes, today: date) -> Parsed:
    """Rows are to be used only if there are no problems."""
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        return _only(Problem(1, f"this is not a CSV file in UTF-8: {error}."))
    header = [name.strip().lower() for name in lines[0]] if lines else []
    kind = kind_of(header)
    if kind is None:
        known = "; ".join(one.header for one in Content)
        return _only(Problem(1, f"the header «{','.join(header)}» is none of these: {known}."))
    rows, problems = [], []
    for number, cells in enumerate(lines[1:], start=2):
        try:
            rows += [_row(kind, number, header, cells, today)] if any(cell.strip() for cell in cells) else []
        except _Wrong as wrong:
            problems.append(Problem(number, str(wrong)))
    if not rows and not problems:
        problems.append(Problem(1, "there is nothing below the header."))
    problems += [*_twice(kind, rows), *_two_currencies(rows)]
    return Parsed(kind, tuple(rows), tuple(sorted(problems, key=lambda problem: problem.row)))


def not_a_currency(text: str) -> str:
    return f"«{text}» is not a currency. Use a code like EUR, or GBp for pence."


def _delimiter(text: str) -> str:
    """As spreadsheets of many languages save it; the header has no numbers to be taken in."""
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def kind_of(header: list[str]) -> Content | None:
    """By the set of columns; their order is free."""
    for kind in Content:
        needed = {"symbol", kind.day, *kind.numbers}
        if len(set(header)) == len(header) and needed <= set(header) <= needed | {*kind.optional}:
            return kind
    return None


def _only(problem: Problem) -> Parsed:
    return Parsed(Content.CLOSES, (), (problem,))


def _row(kind: Content, number: int, header: list[str], cells: list[str], today: date) -> Row:
    if len(cells) != len(header):
        raise _Wrong(f"it has {len(cells)} fields, the header {len(header)}.")
    texts = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    if not texts["symbol"]:
        raise _Wrong("the symbol is missing.")
    day = _day(texts[kind.day], today)
    read: Callable[[str, str], Decimal] = _ratio if kind is Content.SPLITS else _price
    numbers = tuple(read(name, texts[name]) for name in kind.numbers)
    currency = texts.get("currency", "")
    if currency and not CURRENCY.fullmatch(currency):
        raise _Wrong(not_a_currency(currency))
    return Row(number, texts["symbol"].upper(), day, numbers, as_quoted(currency))


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise _Wrong(f"«{text}» is not a date. Write it like 2024-06-30.")
    if day > today:
        raise _Wrong(f"{day} lies in the future.")
    return day


def _number(name: str, text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise _Wrong(f"the {name} «{text}» is not a number. Write it like 1234.56.")
    return Decimal(text)


def _price(name: str, text: str) -> Decimal:
    number = _number(name, text)
    if not SMALLEST <= number < LARGEST:
        raise _Wrong(f"the {name} {text} is not above zero and below {LARGEST:f}.")
    return number


def _ratio(name: str, text: str) -> Decimal:
    number = _number(name, text)
    if not 0 < number < RATIO_LARGEST or number != round(number, RATIO_DECIMALS):
        raise _Wrong(f"the {name} {text} is not a number of shares above zero with at most {RATIO_DECIMALS} decimals.")
    return number


def _twice(kind: Content, rows: list[Row]) -> Iterator[Problem]:
    seen: dict[tuple[str, date], int] = {}
    for row in rows:
        first = seen.setdefault((row.symbol, row.day), row.row)
        if first != row.row:
            yield Problem(row.row, f"the {kind.day} {row.day} of {row.symbol} is in row {first} already.")


def _two_currencies(rows: list[Row]) -> Iterator[Problem]:
    seen: dict[str, Row] = {}
    for row in rows:
        if row.currency:
            first = seen.setdefault(row.symbol, row)
            if first.currency != row.currency:
                yield Problem(
                    row.row, f"{row.symbol} is in {row.currency} here and in {first.currency} in row {first.row}."
                )
