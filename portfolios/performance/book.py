"""Everything a portfolio's figures are a function of, as plain values: from the database or from a case file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Protocol

import numpy as np

from portfolios.accounting.entries import ONE, TRADES, TRANSFERS, ZERO, Entry, SplitFact
from portfolios.accounting.ledger import Rules
from portfolios.accounting.splits import factor_after

EPOCH = date(1970, 1, 1)


class Prices(Protocol):
    """Packed closes of one instrument: days since 1970-01-01, ascending, and as many prices."""

    @property
    def days(self) -> np.ndarray: ...

    @property
    def closes(self) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class Series:
    """Prices by day."""

    days: np.ndarray
    closes: np.ndarray

    @classmethod
    def of(cls, closes: Mapping[date, float]) -> Series:
        days = sorted(closes)
        return cls(np.array([day_number(day) for day in days], dtype=np.int32), np.array([closes[d] for d in days]))


@dataclass(frozen=True, slots=True)
class Listed:
    """An instrument as the figures need it; closes are split-adjusted, in its quoted unit."""

    symbol: str
    prices: Prices
    unit: float  # of its major currency: pence 0.01
    currency: str  # the major one
    priced: bool = True  # False: the prices are what its trades paid
    group: str = ""  # its class: share, fund, coin …


@dataclass(frozen=True, slots=True)
class Quoted:
    """A price as quoted, for one share of that day, and when it was made."""

    price: Decimal
    date: date
    estimated: bool  # made after the day it is used for, or by a trade instead of an exchange


@dataclass(frozen=True)
class Book:
    """Implements accounting.ledger.Marks."""

    rules: Rules
    entries: Sequence[Entry]
    splits: Mapping[int, Sequence[SplitFact]]  # the provider's and the typed ones
    listed: Mapping[int, Listed]  # every instrument of an entry
    rates: Mapping[str, Prices]  # {foreign currency: base currency for one unit}
    benchmarks: Mapping[str, Listed] = field(default_factory=dict)  # total return, by symbol
    risk_free: float = 0.0  # a year
    inflation: float | None = None  # a year; None: nobody asked

    def first_eve(self) -> date:
        """The evening before the first entry: everything counts from there."""
        return min(entry.date for entry in self.entries) - timedelta(days=1)

    def last_day(self, until: date) -> date:
        """The last session or entry up to `until`."""
        booked = [entry.date for entry in self.entries if entry.date <= until]
        packs = [row.prices for row in self.listed.values()]
        priced = [int(pack.days[at]) for pack in packs if (at := _position(pack, until)) >= 0]
        return max([self.first_eve(), *booked, *(EPOCH + timedelta(days=day) for day in priced)])

    def price(self, instrument: int, day: date) -> Decimal:
        listed = self.listed[instrument]
        quoted = self.quoted(instrument, day)
        return quoted.price * exactly(listed.unit) if quoted else ZERO

    def quoted(self, instrument: int, day: date) -> Quoted | None:
        """The last price on or before that day, or else the first; None without any."""
        known = self._quoted
        if (instrument, day) not in known:
            known[instrument, day] = self._look_up(instrument, day)
        return known[instrument, day]

    @cached_property
    def _quoted(self) -> dict[tuple[int, date], Quoted | None]:
        """What was asked for so far: a report asks for its last day again and again."""
        return {}

    def _look_up(self, instrument: int, day: date) -> Quoted | None:
        prices = self.listed[instrument].prices
        if not len(prices.days):
            return None
        at = _position(prices, day)
        made = EPOCH + timedelta(days=int(prices.days[max(at, 0)]))
        price = exactly(prices.closes[max(at, 0)]) * factor_after(self.splits.get(instrument, ()), day)
        return Quoted(price, made, estimated=at < 0 or not self.listed[instrument].priced)

    def currency_of(self, instrument: int) -> str:
        return self.listed[instrument].currency

    def rate_of(self, instrument: int, day: date) -> Decimal:
        return self.rate(self.listed[instrument].currency, day)

    def rate(self, currency: str, day: date) -> Decimal:
        if currency == self.rules.base:
            return ONE
        return close_on(self.rates[currency], day)


def paid_prices(
    entries: Sequence[Entry], splits: Sequence[SplitFact], currency: str, unit: Decimal, rates: Prices | None
) -> Series:
    """A stand-in for closes: what each trade paid for one of today's shares, in the instrument's quoted unit.

    `rates`: base currency for one unit of `currency`; None where that is the base.
    """
    trades = [e for e in entries if e.kind in TRADES | TRANSFERS and e.gross and e.quantity]
    return Series.of({e.date: float(_paid(e, splits, currency, rates) / unit) for e in trades})


def _paid(entry: Entry, splits: Sequence[SplitFact], currency: str, rates: Prices | None) -> Decimal:
    """For one of today's shares, in `currency`."""
    gross = entry.gross
    if entry.currency != currency:
        gross = gross * entry.rate / (close_on(rates, entry.date) if rates is not None else ONE)
    return gross / (entry.quantity * factor_after(splits, entry.date))


def _position(prices: Prices, day: date) -> int:
    """Of the last price on or before that day; −1 before the first."""
    return int(np.searchsorted(prices.days, day_number(day), side="right")) - 1


def close_on(prices: Prices, day: date) -> Decimal:
    """The last close on or before that day, or else the first; 0 without any."""
    return exactly(prices.closes[max(_position(prices, day), 0)]) if len(prices.days) else ZERO


def exactly(value: float) -> Decimal:
    """The decimal a float was written as."""
    return Decimal(repr(float(value)))


def day_number(day: date) -> int:
    return (day - EPOCH).days


def dates(axis: np.ndarray) -> list[date]:
    return [EPOCH + timedelta(days=int(day)) for day in axis]
