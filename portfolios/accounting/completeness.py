"""What a transaction of each kind needs, and how large it may be; as sentences, whoever typed or imported it."""

from __future__ import annotations

from decimal import Decimal

from .entries import MAY_BE_NEGATIVE, NEEDS_AMOUNT, NEEDS_INSTRUMENT, NEEDS_QUANTITY, TRADES, TRANSFERS, Kind
from .sentences import Sentence

LARGEST = Decimal("1e11")  # of a number, and of quantity × price: what the database's columns hold
LARGEST_RATE = Decimal("1e7")  # no currency is worth that many of another


def missing_part(
    kind: Kind, symbol: str, quantity: Decimal | None, price: Decimal | None, amount: Decimal | None
) -> Sentence | None:
    """What a transaction of this kind still needs, as a sentence; None when it is complete."""
    if kind in NEEDS_INSTRUMENT and not symbol:
        return Sentence("a {kind} needs a symbol.", kind=kind)
    if kind in NEEDS_QUANTITY | (TRANSFERS if symbol else frozenset()) and not quantity:
        return Sentence("a {kind} needs a quantity above zero.", kind=kind)
    if kind in TRADES and price is None and amount is None:
        return Sentence("a {kind} needs a price, or an amount (quantity × price).", kind=kind)
    if amount is not None and amount < 0 and kind not in MAY_BE_NEGATIVE:
        return Sentence("the amount of a {kind} must not be below zero; the kind says which way it goes.", kind=kind)
    return _missing_amount(kind) if kind in _with_amount(symbol) and not amount else None


def _with_amount(symbol: str) -> frozenset[Kind]:
    return NEEDS_AMOUNT | (frozenset() if symbol else TRANSFERS)


def _missing_amount(kind: Kind) -> Sentence:
    if kind in MAY_BE_NEGATIVE:
        return Sentence("a {kind} needs an amount.", kind=kind)
    return Sentence("a {kind} needs an amount above zero.", kind=kind)


def too_large(
    quantity: Decimal | None, price: Decimal | None, amount: Decimal | None, fx_rate: Decimal | None
) -> Sentence | None:
    """A sentence where a transaction is worth more than can be stored."""
    worth = max((quantity or 0) * (price or 0), abs(amount or Decimal(0))) * max(fx_rate or 1, 1)
    if worth < LARGEST:
        return None
    return Sentence("is worth too much: quantity × price must stay below {limit}.", limit=f"{LARGEST:,.0f}")


def limit_of(name: str) -> Decimal:
    """What a number of this column stays below."""
    return LARGEST_RATE if name == "fx_rate" else LARGEST
