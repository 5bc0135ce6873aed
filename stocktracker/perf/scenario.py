"""A made-up market and made-up ledgers of any size, always the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from portfolios.accounting.entries import ONE, ZERO, Entry, Kind
from portfolios.accounting.ledger import Rules
from portfolios.performance.book import Book, Listed, Series, day_number

LAST_DAY = date(2025, 12, 31)
DAYS_A_YEAR = 365.25
SELLING, PAYING = 0.3, 0.15  # share of transactions that are sales, and dividends
SHARES = 100  # bought at most at once
FIRST_CLOSE, DRIFT, DEVIATION = 100.0, 0.0003, 0.01  # of a session's logarithmic return
FEE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Size:
    holdings: int
    transactions: int
    years: int

    def __str__(self) -> str:
        return f"{self.holdings} holdings / {self.transactions:,} transactions / {self.years} years"


def sessions(years: int) -> list[date]:
    days = (LAST_DAY - timedelta(days=back) for back in range(int(years * DAYS_A_YEAR), -1, -1))
    return [day for day in days if day.weekday() < 5]  # noqa: PLR2004 — Saturday is the sixth day


def closes(size: Size, seed: int) -> np.ndarray:
    """(holdings, sessions)."""
    moves = np.random.default_rng(seed).normal(DRIFT, DEVIATION, (size.holdings, len(sessions(size.years))))
    walk: np.ndarray = np.round(FIRST_CLOSE * np.exp(np.cumsum(moves, axis=1)), 4)
    return walk


def entries(size: Size, prices: np.ndarray, seed: int) -> list[Entry]:
    """In order; nothing is sold that is not held."""
    chance, days = random.Random(seed), sessions(size.years)
    held = [0] * size.holdings
    return [
        _entry(chance, days[at], at, prices, held)
        for at in sorted(chance.randrange(len(days)) for _ in range(size.transactions))
    ]


def _entry(chance: random.Random, day: date, at: int, prices: np.ndarray, held: list[int]) -> Entry:
    row = chance.randrange(len(held))
    price = Decimal(repr(float(prices[row, at])))
    fate = chance.random()
    if held[row] and fate < SELLING:
        kind, quantity = Kind.SELL, chance.randint(1, held[row])
        held[row] -= quantity
    elif held[row] and fate < SELLING + PAYING:
        return _made(day, Kind.DIVIDEND, row, ZERO, Decimal(held[row]) / 4, ZERO)
    else:
        kind, quantity = Kind.BUY, chance.randint(1, SHARES)
        held[row] += quantity
    return _made(day, kind, row, Decimal(quantity), quantity * price, FEE)


def _made(day: date, kind: Kind, row: int, quantity: Decimal, gross: Decimal, fee: Decimal) -> Entry:
    return Entry("", day, kind, row + 1, quantity, gross, fee, ZERO, "USD", ONE, f"S{row}")


def book(size: Size, seed: int = 1) -> Book:
    prices = closes(size, seed)
    days = np.array([day_number(day) for day in sessions(size.years)], dtype=np.int32)
    listed = {row + 1: Listed(f"S{row}", Series(days, prices[row]), 1.0, "USD") for row in range(size.holdings)}
    return Book(Rules("USD"), entries(size, prices, seed), {}, listed, {})
