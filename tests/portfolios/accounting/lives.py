"""Portfolios for tests: entries on the first thirty days of 2024, with the prices and rates of each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from portfolios.accounting.entries import Entry, Kind, SplitFact
from portfolios.accounting.ledger import Rules
from portfolios.performance.book import Book, Listed, Series

BASE, START, DAYS = "USD", date(2024, 1, 1), 30
CURRENCIES = {1: "USD", 2: "EUR", 3: "USD", 4: "GBP"}
ACCOUNTS = ("A", "B")
Held = tuple[str, int]  # account, instrument


@dataclass
class Life:
    """A portfolio with prices as traded, one for each day; `pairs`: {index of an entry: that of its other half}."""

    entries: list[Entry] = field(default_factory=list)
    pairs: dict[int, int] = field(default_factory=dict)
    splits: dict[int, list[SplitFact]] = field(default_factory=dict)
    prices: dict[int, list[Decimal]] = field(default_factory=dict)
    rates: dict[str, list[Decimal]] = field(default_factory=dict)
    tracks_cash: bool = False
    allow_short: bool = False

    def book(self) -> Book:
        """Prices as a source states them: every split applied to what came before it."""
        listed = {pk: Listed(f"S{pk}", self._adjusted(pk), 1.0, own) for pk, own in CURRENCIES.items()}
        rates = {c: Series.of({day(n): float(r) for n, r in enumerate(own)}) for c, own in self.rates.items()}
        rates.pop(BASE)
        return Book(Rules(BASE, self.tracks_cash, self.allow_short), self.entries, self.splits, listed, rates)

    def _adjusted(self, instrument: int) -> Series:
        closes = {}
        for number, price in enumerate(self.prices[instrument]):
            later = [fact for fact in self.splits.get(instrument, []) if fact.ex_date > day(number)]
            closes[day(number)] = float(Fraction(price) / ratio(later))
        return Series.of(closes)

    def rate(self, currency: str, number: int) -> Fraction:
        return Fraction(self.rates[currency][number])

    def worth(self, instrument: int, number: int) -> Fraction:
        """Of one share, in base currency."""
        return Fraction(self.prices[instrument][number]) * self.rate(CURRENCIES[instrument], number)


def day(number: int) -> date:
    return START + timedelta(days=number)


def ratio(facts: Sequence[SplitFact]) -> Fraction:
    product = Fraction(1)
    for fact in facts:
        product *= Fraction(fact.new) / Fraction(fact.old)
    return product


def entry(number: int, kind: Kind, **fields: object) -> Entry:
    """In dollars, without costs, unless `fields` say otherwise."""
    plain: dict[str, object] = {
        "label": "", "date": day(number), "kind": kind, "instrument": None, "quantity": Decimal(0),
        "gross": Decimal(0), "fee": Decimal(0), "tax": Decimal(0), "currency": BASE, "rate": Decimal(1),
    }  # fmt: skip
    return Entry(**plain | fields)  # type: ignore[arg-type]  # the tests' own shorthand
