"""Replayed ledgers kept in a worker's memory: a price-only rebuild books and replays nothing.

A ledger depends on little more than its entries: on splits, and on the exchange rates of their days. Kept with those,
it serves as long as they are what they were.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

import numpy as np

from stocktracker.metrics.recording import counted
from stocktracker.metrics.series import CACHE

from .accounting.entries import TRANSFERS, Entry
from .accounting.ledger import Ledger
from .models import Portfolio
from .performance.arrays import Movements
from .performance.book import Book, Prices, day_number
from .performance.history import align

LAYER = "ledgers"  # what its finds are counted under
MOST_ENTRIES = 40_000  # in all kept ledgers of one worker process; about 80 MB


@dataclass(frozen=True)
class Kept:
    """`rates`: {currency: (days, what one unit cost on them)} of every day the ledger looked one up."""

    book: Book
    typed: frozenset[str]  # currencies as typed in its transactions
    end: date
    rates: Mapping[str, tuple[np.ndarray, np.ndarray]]
    ledger: Ledger
    movements: Movements
    quoted: Mapping[int, str]  # {instrument: currency of its prices, as quoted: pence are not pounds}
    token: str = field(default_factory=lambda: uuid4().hex)  # a snapshot says by it whose trades it has

    @property
    def entries(self) -> Sequence[Entry]:
        return self.book.entries

    def reaches(self, end: date) -> bool:
        """Whether nothing of this ledger has happened since, up to `end`."""
        splits = (fact for facts in self.book.splits.values() for fact in facts)
        return not any(self.end < entry.date <= end for entry in self.entries) and not any(
            self.end < fact.ex_date <= end for fact in splits
        )

    def serves(self, book: Book, quoted: Mapping[int, str]) -> bool:
        """Whether this book has the same entries, and all they depend on is the same."""
        return (
            book.rules == self.book.rules
            and book.splits == self.book.splits
            and quoted == self.quoted
            and _currencies(book) == _currencies(self.book)
            and all(
                currency in book.rates and _same(book.rates[currency], days, values)
                for currency, (days, values) in self.rates.items()
            )
        )


def _same(rates: Prices, days: np.ndarray, values: np.ndarray) -> bool:
    return bool(np.array_equal(align(rates.days, rates.closes, days), values))


def _currencies(book: Book) -> dict[int, str]:
    return {pk: row.currency for pk, row in book.listed.items()}


class Ledgers:
    """The most recently used ledgers; for threads too."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[int, tuple[int, Kept]] = OrderedDict()  # by portfolio, with its ledger's revision
        self._lock = threading.Lock()

    def find(self, portfolio: Portfolio) -> Kept | None:
        found = self._find(portfolio)
        counted(1, CACHE, LAYER, "hits" if found else "misses")
        return found

    def _find(self, portfolio: Portfolio) -> Kept | None:
        with self._lock:
            revision, kept = self._kept.get(portfolio.pk, (None, None))
            if revision != portfolio.ledger_revision:
                return None
            self._kept.move_to_end(portfolio.pk)
            return kept

    def keep(self, portfolio: Portfolio, kept: Kept) -> None:
        """Not one with transfers: what those are worth depends on prices."""
        if any(entry.kind in TRANSFERS for entry in kept.entries):
            return
        with self._lock:
            self._kept[portfolio.pk] = (portfolio.ledger_revision, kept)
            self._kept.move_to_end(portfolio.pk)
            while len(self._kept) > 1 and sum(len(own.entries) for _, own in self._kept.values()) > self.most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


shelf = Ledgers(MOST_ENTRIES)


def looked_up(book: Book) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The rates of every day on which an entry, or the currency of its instrument, needed one."""
    days: dict[str, set[int]] = {currency: set() for currency in book.rates}
    for entry in book.entries:
        own = book.listed[entry.instrument].currency if entry.instrument is not None else entry.currency
        for currency in {entry.currency, own} - {book.rules.base}:
            days[currency].add(day_number(entry.date))
    found = {}
    for currency, numbers in ((currency, numbers) for currency, numbers in days.items() if numbers):
        axis = np.array(sorted(numbers), dtype=np.int32)
        found[currency] = (axis, align(book.rates[currency].days, book.rates[currency].closes, axis))
    return found
