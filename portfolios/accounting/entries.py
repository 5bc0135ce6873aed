"""What a ledger is made of: one entry per transaction, in plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class Kind(StrEnum):
    BUY = "buy"  # quantity and price; fee and tax come on top
    SELL = "sell"  # quantity and price; fee and tax are taken off
    DIVIDEND = "dividend"  # amount before fee and tax
    INTEREST = "interest"  # amount before fee and tax
    FEE = "fee"  # amount paid that belongs to no trade
    TAX = "tax"  # amount paid that belongs to no trade
    DEPOSIT = "deposit"  # money put in
    WITHDRAWAL = "withdrawal"  # money taken out
    SPLIT = "split"  # quantity = new shares for one old share


TRADES = frozenset({Kind.BUY, Kind.SELL})
INCOME = frozenset({Kind.DIVIDEND, Kind.INTEREST})
COSTS = frozenset({Kind.FEE, Kind.TAX})
NEEDS_INSTRUMENT = TRADES | {Kind.DIVIDEND, Kind.SPLIT}
TAKES_INSTRUMENT = NEEDS_INSTRUMENT | COSTS | {Kind.INTEREST}
NEEDS_AMOUNT = INCOME | COSTS | {Kind.DEPOSIT, Kind.WITHDRAWAL}


EASTERNMOST = timezone(timedelta(hours=14))  # where every day begins first


def latest_date(now: datetime) -> date:
    """The latest date it can be anywhere: nobody's today is in the future."""
    return now.astimezone(EASTERNMOST).date()


def as_quoted(currency: str) -> str:
    """As exchanges write it: eur → EUR, while pence (GBp) and South African cents (ZAc) keep a small letter."""
    return currency if currency in {"GBp", "ZAc"} else currency.upper()


@dataclass(frozen=True, slots=True)
class Entry:
    """Money is in `currency`, a major one (pence are pounds already); everything is positive."""

    label: str  # how an error names it: "row 3"
    date: date
    kind: Kind
    instrument: int | None
    quantity: Decimal  # as typed, before any later split
    gross: Decimal  # quantity × price of a trade, or the amount; before fee and tax
    fee: Decimal
    tax: Decimal
    currency: str
    rate: Decimal  # base currency for one unit of `currency`
    settled_in_base: bool  # the broker converted at `rate`: cash moved in base currency
    symbol: str = ""  # of the instrument, for whoever reads an error

    @property
    def cost(self) -> Decimal:
        """What a purchase takes, in its currency."""
        return self.gross + self.fee + self.tax

    @property
    def proceeds(self) -> Decimal:
        """What a sale or income brings, in its currency."""
        return self.gross - self.fee - self.tax


@dataclass(frozen=True, slots=True)
class SplitFact:
    """`new` shares for `old` ones, for everything bought strictly before the ex-date."""

    ex_date: date
    new: Decimal
    old: Decimal

    def apply(self, quantity: Decimal) -> Decimal:
        return quantity * self.new / self.old


class LedgerError(Exception):
    """An entry sells more than is held; `label` says which one, the message what and how to mend it."""

    def __init__(self, entry: Entry, held: Decimal) -> None:
        what = f"{entry.quantity.normalize():f} {entry.symbol}".strip()
        super().__init__(
            f"sells {what} on {entry.date:%Y-%m-%d}, but only {held.normalize():f} {'is' if held == 1 else 'are'} held "
            "then. Check the quantity and the date, or add the purchase that is missing."
        )
        self.label, self.instrument, self.held = entry.label, entry.instrument, held
