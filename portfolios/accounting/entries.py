"""What a ledger is made of: one entry per transaction, in plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from .sentences import Sentence

ZERO = Decimal(0)
ONE = Decimal(1)


class Kind(StrEnum):
    BUY = "buy"  # quantity and price; fee and tax come on top
    SELL = "sell"  # quantity and price; fee and tax are taken off
    DIVIDEND = "dividend"  # amount before fee and tax
    INTEREST = "interest"  # amount before fee and tax; charged interest is negative
    FEE = "fee"  # amount paid that belongs to no trade; a refund is negative
    TAX = "tax"  # amount paid that belongs to no trade; a refund is negative
    DEPOSIT = "deposit"  # money put in
    WITHDRAWAL = "withdrawal"  # money taken out
    TRANSFER_IN = "transfer_in"  # shares or money arrive: from another account that day, else from outside
    TRANSFER_OUT = "transfer_out"  # shares or money leave: to another account that day, else to outside
    SPLIT = "split"  # quantity = new shares for one old share
    RETURN_OF_CAPITAL = "return_of_capital"  # amount paid back: it lowers the cost basis


TRADES = frozenset({Kind.BUY, Kind.SELL})
TRANSFERS = frozenset({Kind.TRANSFER_IN, Kind.TRANSFER_OUT})
INCOME = frozenset({Kind.DIVIDEND, Kind.INTEREST})
COSTS = frozenset({Kind.FEE, Kind.TAX})
NEEDS_INSTRUMENT = TRADES | {Kind.DIVIDEND, Kind.SPLIT, Kind.RETURN_OF_CAPITAL}
TAKES_INSTRUMENT = NEEDS_INSTRUMENT | COSTS | TRANSFERS | {Kind.INTEREST}
NEEDS_QUANTITY = TRADES | {Kind.SPLIT}
NEEDS_AMOUNT = INCOME | COSTS | {Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.RETURN_OF_CAPITAL}
MAY_BE_NEGATIVE = INCOME | COSTS  # a refund, interest charged, a dividend taken back


EASTERNMOST = timezone(timedelta(hours=14))  # where every day begins first


def latest_date(now: datetime) -> date:
    """The latest date it can be anywhere: nobody's today is in the future."""
    return now.astimezone(EASTERNMOST).date()


def as_quoted(currency: str) -> str:
    """As exchanges write it: eur → EUR, while pence (GBp) and South African cents (ZAc) keep a small letter.

    pricing.market.currencies has the same for prices: neither of the two calculations may know the other.
    """
    return currency if currency in {"GBp", "ZAc"} else currency.upper()


class Place(NamedTuple):
    """Where value sits: an instrument in an account, or a currency in it."""

    account: str
    instrument: int | None
    currency: str = ""  # of cash; empty for an instrument


@dataclass(frozen=True, slots=True)
class Entry:
    """Money is in `currency`, a major one (pence are pounds already)."""

    label: str  # how an error names it: "row 3"
    date: date
    kind: Kind
    instrument: int | None
    quantity: Decimal  # ≥ 0, as typed, before any later split
    gross: Decimal  # quantity × price of a trade, or the amount; before fee and tax
    fee: Decimal
    tax: Decimal
    currency: str
    rate: Decimal  # base currency for one unit of `currency`
    symbol: str = ""  # of the instrument, for whoever reads an error
    account: str = ""
    priced: bool = True  # False: a transfer that states no amount, and is worth what the market says

    @property
    def cost(self) -> Decimal:
        """What it takes: a purchase, a cost, money paid out; in its currency."""
        return self.gross + self.fee + self.tax

    @property
    def proceeds(self) -> Decimal:
        """What it brings: a sale, income, money paid in; in its currency."""
        return self.gross - self.fee - self.tax

    @property
    def place(self) -> Place:
        """What its income and its costs belong to."""
        return self.cash_place if self.instrument is None else Place(self.account, self.instrument)

    @property
    def cash_place(self) -> Place:
        return Place(self.account, None, self.currency)

    @property
    def is_cash_transfer(self) -> bool:
        return self.kind in TRANSFERS and self.instrument is None


@dataclass(frozen=True, slots=True)
class SplitFact:
    """`new` shares for `old` ones, for everything bought strictly before the ex-date."""

    ex_date: date
    new: Decimal
    old: Decimal

    def apply(self, quantity: Decimal) -> Decimal:
        return quantity * self.new / self.old


class LedgerError(Exception):
    """An entry that cannot have happened; `label` says which one, the sentence what and how to mend it."""

    def __init__(self, entry: Entry, sentence: Sentence, held: Decimal = ZERO) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.label, self.instrument, self.held = entry.label, entry.instrument, held


_VERBS = {Kind.SELL: "sells", Kind.TRANSFER_OUT: "transfers out"}
_WHERE = {  # by whether an account is named, and whether other accounts hold more
    (False, False): "",
    (True, False): " in account «{account}»",
    (False, True): " without an account ({elsewhere} in other accounts)",
    (True, True): " in account «{account}» ({elsewhere} in other accounts)",
}
# Whole sentences, for languages put words in another order: by kind, by place, and whether just one is held.
OVERSOLD = {
    (kind, *where, one): (
        f"{verb} {{what}} on {{day}}, but only {{held}} {'is' if one else 'are'} held then{told}. Check the quantity, "
        "the date and the account, or add the purchase that is missing."
    )
    for kind, verb in _VERBS.items()
    for where, told in _WHERE.items()
    for one in (False, True)
}
NOTHING_HELD = {
    kind: (
        f"{verb} {{symbol}} on {{day}}, but none is held then (a split acts on what was held the evening before). "
        "Check the date and the symbol, or add the purchase that is missing."
    )
    for kind, verb in ((Kind.SPLIT, "splits"), (Kind.RETURN_OF_CAPITAL, "returns capital of"))
}
TEMPLATES = (*OVERSOLD.values(), *NOTHING_HELD.values())  # those that no call of Sentence names


def oversold_error(entry: Entry, held: Decimal, elsewhere: Decimal = ZERO) -> LedgerError:
    """More leaves than there is; `elsewhere` is held in other accounts."""
    told = Sentence(
        OVERSOLD[entry.kind, bool(entry.account), bool(elsewhere), held == 1],
        what=f"{plain(entry.quantity)} {entry.symbol}".strip(),
        day=entry.date,
        held=plain(held),
        account=entry.account,
        elsewhere=plain(elsewhere),
    )
    return LedgerError(entry, told, held)


def nothing_held_error(entry: Entry) -> LedgerError:
    """A split, or a return of capital, of something nobody holds."""
    return LedgerError(entry, Sentence(NOTHING_HELD[entry.kind], symbol=entry.symbol, day=entry.date))


def short_account_error(entry: Entry) -> LedgerError:
    """Shares that arrive where as many are owed would have to close that position, not move into it."""
    told = Sentence(
        "moves {symbol} into account «{account}» on {day}, which is short of it then. "
        "Enter a purchase there and a sale in the other account instead.",
        symbol=entry.symbol,
        account=entry.account,
        day=entry.date,
    )
    return LedgerError(entry, told)


def plain(number: Decimal) -> str:
    """Without zeros at the end and without an exponent."""
    return f"{number.normalize():f}"
