"""From ledger entries and packed closes to the arrays of a daily history: the border between Decimal and float64."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import numpy as np

from portfolios.accounting.cash import cash_change, external_flow
from portfolios.accounting.entries import INCOME, Entry, Kind, SplitFact

from .history import Flows, Trades, align

EPOCH = date(1970, 1, 1)


class Prices(Protocol):
    """Packed closes of one instrument: days since 1970-01-01, ascending, and as many prices."""

    @property
    def days(self) -> np.ndarray: ...

    @property
    def closes(self) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class Priced:
    """A holding's prices in its quoted unit, and how they become base currency."""

    prices: Prices
    unit: float  # of its major currency: pence 0.01
    currency: str  # the major one


def axis_days(sessions: Sequence[Prices], entries: Sequence[Entry]) -> np.ndarray:
    """Days since 1970-01-01 from the first entry on: every session of an exchange, and every day of an entry."""
    booked = np.array([day_number(entry.date) for entry in entries], dtype=np.int32)
    first = booked.min()
    after = [prices.days[prices.days >= first] for prices in sessions]
    return np.unique(np.concatenate([booked, *after]))


def day_number(day: date) -> int:
    return (day - EPOCH).days


def dates(axis: np.ndarray) -> list[date]:
    return [EPOCH + timedelta(days=int(day)) for day in axis]


def rates_by_day(rates: Mapping[str, Prices], base: str, axis: np.ndarray) -> dict[str, np.ndarray]:
    """{currency: base currency for one unit, each day}; 0 for a currency without any rate."""
    aligned = {currency: align(prices.days, prices.closes, axis)[0] for currency, prices in rates.items()}
    return {base: np.ones(len(axis)), **aligned}


def close_matrix(holdings: Sequence[Priced], rates: Mapping[str, np.ndarray], axis: np.ndarray) -> np.ndarray:
    """(P, D): what one share cost each day, in base currency."""
    rows = [
        align(held.prices.days, held.prices.closes, axis)[0] * held.unit * rates[held.currency] for held in holdings
    ]
    return np.array(rows).reshape(len(holdings), len(axis))


def todays_shares(entry: Entry, splits: Sequence[SplitFact], until: date) -> float:
    """The entry's quantity after all splits that came later than it."""
    quantity = entry.quantity
    for fact in splits:
        if entry.date < fact.ex_date <= until:
            quantity = fact.apply(quantity)
    return float(quantity)


def trade_arrays(
    entries: Sequence[Entry],
    position: Mapping[int, int],
    splits: Mapping[int, Sequence[SplitFact]],
    axis: np.ndarray,
    until: date,
) -> Trades:
    """`position`: {instrument: row of the matrix}."""
    trades = [e for e in entries if e.kind in {Kind.BUY, Kind.SELL} and e.instrument is not None]
    sign = np.array([1.0 if e.kind is Kind.BUY else -1.0 for e in trades])
    quantity = np.array([todays_shares(e, splits.get(e.instrument or 0, ()), until) for e in trades])
    cost = np.array([float(e.cost * e.rate) if e.kind is Kind.BUY else 0.0 for e in trades])
    return Trades(
        holding=np.array([position[e.instrument or 0] for e in trades], dtype=np.int64),
        day=_day_index(trades, axis),
        quantity=sign * quantity,
        cost=cost,
    )


def flow_arrays(
    entries: Sequence[Entry], rates: Mapping[str, np.ndarray], base: str, axis: np.ndarray, *, tracks_cash: bool
) -> Flows:
    day = _day_index(entries, axis)
    size = len(axis)
    net = np.array([float(external_flow(e, tracks_cash=tracks_cash)) for e in entries])
    income = np.array([float(e.proceeds * e.rate) if e.kind in INCOME else 0.0 for e in entries])
    return Flows(
        inflow=np.bincount(day, np.maximum(net, 0.0), size),
        outflow=np.bincount(day, np.maximum(-net, 0.0), size),
        income=np.bincount(day, income, size),
        cash=_cash(entries, day, rates, base, size) if tracks_cash else np.zeros(size),
    )


def _cash(
    entries: Sequence[Entry], day: np.ndarray, rates: Mapping[str, np.ndarray], base: str, size: int
) -> np.ndarray:
    changes = [cash_change(e, base) for e in entries]
    worth = np.zeros(size)
    for currency in {currency for currency, _ in changes}:
        amounts = np.array([float(amount) if c == currency else 0.0 for c, amount in changes])
        worth += np.cumsum(np.bincount(day, amounts, size)) * rates[currency]
    return worth


def _day_index(entries: Sequence[Entry], axis: np.ndarray) -> np.ndarray:
    days = np.array([day_number(e.date) for e in entries], dtype=np.int32)
    return np.searchsorted(axis, days)
