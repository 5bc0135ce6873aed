"""From a book to a case file that says the same: whoever evaluates it gets the report this portfolio shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portfolios.accounting.entries import ZERO, Entry, Kind
from portfolios.performance.book import EPOCH, Book, Prices, exactly
from pricing.market.currencies import minor

from .rows import pays

FIRST_CLOSE = Decimal(100)  # of each instrument of an anonymous case
LARGEST_AMOUNT = Decimal(10_000)  # of an anonymous case


@dataclass(frozen=True, slots=True)
class Mask:
    """How names and money are changed; returns and weights stay what they are."""

    symbols: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    money: Decimal = Decimal(1)  # all amounts are multiplied by it
    prices: Mapping[str, Decimal] = field(default_factory=dict)  # those of a symbol, by this

    def quantity(self, entry: Entry) -> Decimal:
        if entry.kind is Kind.SPLIT:
            return entry.quantity
        return entry.quantity * self.money / self.prices.get(entry.symbol, Decimal(1))


def write_case(book: Book, start: date, end: date, *, anonymise: bool = False) -> dict[str, Any]:
    """Plain values for JSON; a number that a float would change is text."""
    first = min([start, *(entry.date for entry in book.entries)]) - timedelta(days=14)
    mask = _mask(book, first, end) if anonymise else Mask()
    named = enumerate(book.benchmarks.items(), 1)
    funds = {f"B{number}" if anonymise else _name_of_fund(book, symbol): row for number, (symbol, row) in named}
    listed = {row.symbol: row for row in book.listed.values()}
    symbols = {pk: mask.symbols.get(row.symbol, row.symbol) for pk, row in book.listed.items()}
    return {
        "currency": book.rules.base,
        "tracks_cash": book.rules.tracks_cash,
        "allow_short": book.rules.allow_short,
        "risk_free": book.risk_free,
        "period": [start.isoformat(), end.isoformat()],
        "instruments": {
            mask.symbols.get(symbol, symbol): {"currency": minor(row.currency) if row.unit < 1 else row.currency}
            for symbol, row in {**listed, **funds}.items()
        },
        "prices": {
            mask.symbols.get(symbol, symbol): _series(row.prices, first, end, float(mask.prices.get(symbol, 1)))
            for symbol, row in {**listed, **funds}.items()
            if row.priced
        },
        "prices_are": "adjusted",
        "fx": {f"{currency}{book.rules.base}": _series(pack, first, end) for currency, pack in book.rates.items()},
        "splits": [
            {
                "symbol": symbols[pk],
                "date": fact.ex_date.isoformat(),
                "numerator": _number(fact.new),
                "denominator": _number(fact.old),
            }
            for pk, facts in book.splits.items()
            for fact in facts
        ],
        "benchmarks": list(funds),
        "transactions": [_row(entry, mask, book.rules.base) for entry in book.entries],
    }


def _name_of_fund(book: Book, symbol: str) -> str:
    """A fund that is held as well has two series: its closes, and its total return."""
    held = symbol in {row.symbol for row in book.listed.values()}
    return f"{symbol} (total return)" if held else symbol


def _mask(book: Book, first: date, end: date) -> Mask:
    symbols = {row.symbol: f"S{number}" for number, row in enumerate(book.listed.values(), 1)}
    accounts = dict.fromkeys(entry.account for entry in book.entries if entry.account)
    largest = max((abs(entry.gross * entry.rate) for entry in book.entries), default=ZERO) or Decimal(1)
    closes = {row.symbol: list(_series(row.prices, first, end).values()) for row in book.listed.values() if row.priced}
    return Mask(
        symbols=symbols,
        accounts={name: f"A{number}" for number, name in enumerate(accounts, 1)},
        money=_short(LARGEST_AMOUNT / largest),
        prices={symbol: _short(FIRST_CLOSE / exactly(own[0])) for symbol, own in closes.items() if own[0] > 0},
    )


def _short(factor: Decimal) -> Decimal:
    """Six digits are as good, and leave room for the digits of what is multiplied."""
    return factor.normalize().quantize(Decimal(1).scaleb(factor.adjusted() - 5))


def _series(prices: Prices, first: date, end: date, factor: float = 1.0) -> dict[str, float]:
    """Of those days; if there is none, the nearest: the last before, or the first after."""
    days = [EPOCH + timedelta(days=int(day)) for day in prices.days]
    closes = [float(close) * factor for close in prices.closes]
    inside = [at for at, day in enumerate(days) if first <= day <= end]
    before = [at for at, day in enumerate(days) if day < first][-1:]
    chosen = [*before, *inside] or list(range(len(days)))[:1]
    return {days[at].isoformat(): closes[at] for at in chosen}


def _row(entry: Entry, mask: Mask, base: str) -> dict[str, Any]:
    row: dict[str, Any] = {"date": entry.date.isoformat(), "kind": str(entry.kind)}
    if entry.instrument is not None:
        row["symbol"] = mask.symbols.get(entry.symbol, entry.symbol)
    if entry.quantity:
        row["quantity"] = _number(mask.quantity(entry))
    if entry.priced and entry.kind is not Kind.SPLIT:
        amount = entry.cost if pays(entry.kind, shares=entry.instrument is not None) else entry.proceeds
        row["amount"] = _number(amount * mask.money)
    row |= {name: _number(value * mask.money) for name, value in (("fee", entry.fee), ("tax", entry.tax)) if value}
    row["currency"] = entry.currency
    if entry.currency != base:
        row["fx_rate"] = _number(entry.rate)
    if entry.account:
        row["account"] = mask.accounts.get(entry.account, entry.account)
    return row


def _number(value: Decimal) -> float | str:
    return float(value) if exactly(float(value)) == value else str(value)
