"""One transaction of a case, as stated and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from portfolios.accounting.entries import (
    COSTS,
    MAY_BE_NEGATIVE,
    NEEDS_INSTRUMENT,
    NEEDS_QUANTITY,
    TRADES,
    TRANSFERS,
    ZERO,
    Kind,
    as_quoted,
)

PAYING = frozenset({Kind.BUY, Kind.WITHDRAWAL}) | COSTS  # fee and tax are added to what they pay for


class CaseError(ValueError):
    """A sentence about a case: what is wrong, where, and how to mend it."""


def pays(kind: Kind, *, shares: bool) -> bool:
    """Whether its amount is what something took, fee and tax on top; else what it brought, fee and tax taken off."""
    if kind in TRANSFERS:
        return (kind is Kind.TRANSFER_IN) == shares
    return kind in PAYING


@dataclass(frozen=True, slots=True)
class Row:
    label: str  # "row 3 (2024-05-02 sell AAPL)"
    date: date
    kind: Kind
    symbol: str
    quantity: Decimal
    price: Decimal | None  # of one unit, without fee and tax
    amount: Decimal | None  # money moved, fee and tax inside
    fee: Decimal
    tax: Decimal
    currency: str
    fx_rate: Decimal | None
    account: str

    @property
    def priced(self) -> bool:
        return self.amount is not None or self.price is not None

    def gross(self, unit: Decimal) -> Decimal:
        """Before fee and tax; `unit`: what the price's unit is worth in its major currency."""
        if self.amount is not None:
            costs = self.fee + self.tax
            return self.amount - costs if pays(self.kind, shares=bool(self.symbol)) else self.amount + costs
        if self.price is not None:
            return (self.quantity or Decimal(1)) * self.price * unit
        return ZERO


def read_row(number: int, stated: Any) -> Row:
    """Raises CaseError."""
    if not isinstance(stated, Mapping):
        raise CaseError(f"row {number}: a transaction must be an object.")
    kind = _kind(stated.get("kind"), number)
    symbol = a_text(stated.get("symbol"), f"row {number}: symbol")
    where = f"row {number} ({stated.get('date')} {kind}{f' {symbol}' if symbol else ''})"
    number_of = {name: a_number(stated.get(name), f"{where}: {name}") for name in NUMBERS}
    row = Row(
        label=where,
        date=a_day(stated.get("date"), where),
        kind=kind,
        symbol=symbol,
        quantity=number_of["quantity"] or ZERO,
        price=number_of["price"],
        amount=number_of["amount"],
        fee=number_of["fee"] or ZERO,
        tax=number_of["tax"] or ZERO,
        currency=as_quoted(a_text(stated.get("currency"), f"{where}: currency")),
        fx_rate=number_of["fx_rate"],
        account=a_text(stated.get("account"), f"{where}: account"),
    )
    if problem := _problem(row):
        raise CaseError(f"{where}: {problem}")
    return row


SMALLEST, LARGEST = Decimal("1e-20"), Decimal("1e15")  # as amounts and quantities go; below is nothing
FIRST_YEAR = 1900
LONGEST_QUOTED = 40  # characters of a value that a problem repeats
NUMBERS = ("quantity", "price", "amount", "fee", "tax", "fx_rate")


def _problem(row: Row) -> str:
    """What is wrong with it, as a sentence; empty if nothing is."""
    moves_shares = row.kind in TRANSFERS and row.symbol
    costs_say_it = row.kind in COSTS and (row.fee or row.tax)
    unpaid = not row.priced and not costs_say_it and not moves_shares and row.kind is not Kind.SPLIT
    checks = (
        (row.kind in NEEDS_INSTRUMENT and not row.symbol, f"a {row.kind} needs a symbol."),
        (row.quantity < 0, f"quantity {row.quantity} is below zero; the kind says which way it goes."),
        ((row.kind in NEEDS_QUANTITY or moves_shares) and not row.quantity, f"a {row.kind} needs a quantity."),
        (row.price is not None and row.price < 0, f"price {row.price} is below zero."),
        (row.fx_rate is not None and row.fx_rate <= 0, f"fx_rate {row.fx_rate} must be above zero."),
        (unpaid, f"a {row.kind} needs an amount{' or a price' if row.kind in TRADES else ''}."),
        (
            row.kind not in MAY_BE_NEGATIVE and row.gross(Decimal(1)) < 0,
            f"amount {row.amount} is too small: before fee and tax it is below zero.",
        ),
    )
    return next((message for wrong, message in checks if wrong), "")


def _kind(text: Any, number: int) -> Kind:
    try:
        return Kind(str(text).lower())
    except ValueError:
        raise CaseError(f"row {number}: «{text}» is not a kind. Known are {', '.join(Kind)}.") from None


def a_text(value: Any, where: str) -> str:
    """Empty for nothing."""
    text = str(value or "")
    if not text.isprintable():
        raise CaseError(f"{where} has characters that cannot be written.")
    return text


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}…"


def a_day(text: Any, where: str) -> date:
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        raise CaseError(f"{where}: «{text}» is not a date. Write it as YYYY-MM-DD.") from None
    if day.year < FIRST_YEAR:
        raise CaseError(f"{where}: {day} is before {FIRST_YEAR}.")
    return day


def a_number(value: Any, where: str) -> Decimal | None:
    """None for nothing."""
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise CaseError(f"{where}: «{_short(value)}» is not a number.") from None
    if isinstance(value, bool) or not number.is_finite():
        raise CaseError(f"{where}: «{_short(value)}» is not a number.")
    if abs(number) >= LARGEST:
        raise CaseError(f"{where}: «{_short(value)}» is too large: it must stay below {LARGEST:,f}.")
    return number if abs(number) > SMALLEST else number * 0


Shape = TypeVar("Shape", bool, str, list[Any], dict[str, Any])
SHAPES = {bool: "true or false", str: "text", list: "a list", dict: "an object"}


def a_shape(value: Any, shape: type[Shape], where: str) -> Shape:
    """Raises CaseError where something else is stated."""
    if not isinstance(value, shape):
        raise CaseError(f"{where} must be {SHAPES[shape]}.")
    return value
