"""Short ways to write entries and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portfolios.accounting.entries import Entry, Kind, SplitFact
from portfolios.accounting.ledger import Ledger, Rules
from portfolios.accounting.replay import replay
from portfolios.performance.book import Book, Listed, Series
from tests.portfolios.accounting.lives import BASE, day, entry

AAPL, VOD = 1, 2
CASH, NO_CASH, SHORT = Rules(BASE, tracks_cash=True), Rules(BASE), Rules(BASE, allow_short=True)
UNTIL = date(2024, 12, 31)


def shares(kind: Kind, number: int, quantity: str, gross: str = "0", instrument: int = AAPL, **more: object) -> Entry:
    return entry(number, kind, instrument=instrument, quantity=Decimal(quantity), gross=Decimal(gross), **more)


def bought(number: int, quantity: str, gross: str, instrument: int = AAPL, **more: Any) -> Entry:
    return shares(Kind.BUY, number, quantity, gross, instrument, **more)


def sold(number: int, quantity: str, gross: str, instrument: int = AAPL, **more: Any) -> Entry:
    return shares(Kind.SELL, number, quantity, gross, instrument, **more)


def paid(kind: Kind, number: int, amount: str, **more: object) -> Entry:
    return entry(number, kind, gross=Decimal(amount), **more)


def moved(number: int, quantity: str, source: str, target: str, **more: Any) -> list[Entry]:
    """From one account to another."""
    return [
        shares(Kind.TRANSFER_OUT, number, quantity, account=source, **more),
        shares(Kind.TRANSFER_IN, number, quantity, account=target, **more),
    ]


def closes(prices: Mapping[int, float]) -> Series:
    """{day of the tests' calendar: price}."""
    return Series.of({day(number): price for number, price in prices.items()})


def book(
    entries: Sequence[Entry] = (),
    prices: Mapping[int, float] | None = None,
    rules: Rules = NO_CASH,
    splits: Mapping[int, Sequence[SplitFact]] | None = None,
    euros: Mapping[int, float] | None = None,
    **more: object,
) -> Book:
    """Of AAPL in dollars, at 10 unless said otherwise, and VOD in euros, at 20; a euro is 1.10 dollars."""
    listed = {
        AAPL: Listed("AAPL", closes(prices or {0: 10.0}), 1.0, BASE),
        VOD: Listed("VOD", closes({0: 20.0}), 1.0, "EUR"),
    }
    rates = {"EUR": closes(euros or {0: 1.1})}
    plain: dict[str, object] = {"listed": listed, "rates": rates}
    return Book(rules=rules, entries=entries, splits=splits or {}, **plain | more)  # type: ignore[arg-type]  # the tests' own shorthand


def booked(
    entries: Sequence[Entry],
    rules: Rules = NO_CASH,
    splits: Mapping[int, Sequence[SplitFact]] | None = None,
    until: date = UNTIL,
) -> Ledger:
    return replay(entries, splits or {}, rules, until, book(entries))
