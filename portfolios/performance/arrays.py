"""From a book and its ledger to the arrays of a daily history: the border between Decimal and float64."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from portfolios.accounting.entries import Place
from portfolios.accounting.ledger import Ledger, Leg
from portfolios.accounting.splits import factor_after

from .book import Book, Listed, Prices, day_number
from .history import STATES, History, Steps, align

SATURDAY = 2  # days since 1970-01-01, a Thursday, are so many modulo 7
ROUND_THE_CLOCK = 0.05  # of an instrument's prices are of Saturdays: no exchange comes near


@dataclass(frozen=True, slots=True)
class Movements:
    """A ledger's legs as arrays, one element each; they depend on no price."""

    places: Sequence[Place]  # (R,)
    row: np.ndarray  # (E,) place
    day: np.ndarray  # (E,) days since 1970-01-01
    group: np.ndarray  # (E,) legs of one event
    moved: np.ndarray  # (E, 4) as in Steps
    state: np.ndarray  # (E, 6) as in Steps


def movements_of(book: Book, ledger: Ledger) -> Movements:
    places, legs = ledger.places(), ledger.legs
    row_of = {place: row for row, place in enumerate(places)}
    day_of = {day: day_number(day) for day in {leg.date for leg in legs}}
    states = [(leg.quantity, leg.cost, leg.basis, leg.local, leg.gain, leg.gain_by_currency) for leg in legs]
    state = np.array(states, dtype=float).reshape(len(legs), STATES)
    state[:, 0] *= [_factor(book, leg) for leg in legs]
    moved = np.array([(leg.flow, leg.income, leg.fees, leg.taxes) for leg in legs], dtype=float)
    return Movements(
        places=places,
        row=np.array([row_of[leg.place] for leg in legs], dtype=np.int64),
        day=np.array([day_of[leg.date] for leg in legs], dtype=np.int32),
        group=np.array([leg.group for leg in legs], dtype=np.int64),
        moved=moved.reshape(len(legs), 4),
        state=state,
    )


def _factor(book: Book, leg: Leg) -> float:
    """Today's shares for one share of the leg's day."""
    if leg.place.instrument is None or leg.place.instrument not in book.splits:
        return 1.0
    return float(factor_after(book.splits[leg.place.instrument], leg.date))


def history_of(book: Book, movements: Movements, until: date, also: Sequence[date] = ()) -> History:
    """Daily history of every place up to `until`; `also`: days the axis must have."""
    places = movements.places
    sessions = _sessions(_traded(book, places))
    axis = _axis(np.concatenate([sessions, *_rate_days(book, places)]), movements.day, also, until)
    rates = rates_by_day(book.rates, book.rules.base, axis)
    closes = {pk: _closes(row, rates, axis) for pk, row in book.listed.items()}
    worth = [closes[p.instrument] if p.instrument is not None else rates[p.currency] for p in places]
    currency = [book.listed[p.instrument].currency if p.instrument is not None else p.currency for p in places]
    return History(
        places=places,
        axis=axis,
        is_session=np.isin(axis, sessions) if np.isin(axis, sessions).any() else np.ones(len(axis), dtype=bool),
        worth=np.array(worth).reshape(len(places), len(axis)),
        rates=rates,
        currencies=currency,
        steps=Steps(
            row=movements.row,
            day=np.searchsorted(axis, movements.day),
            group=movements.group,
            moved=movements.moved,
            state=movements.state,
        ),
    )


def _rate_days(book: Book, places: Sequence[Place]) -> list[np.ndarray]:
    """Days with a rate of a currency that was ever held: the value changes on them too."""
    held = {book.listed[p.instrument].currency if p.instrument is not None else p.currency for p in places}
    return [pack.days for currency, pack in book.rates.items() if currency in held]


def _traded(book: Book, places: Sequence[Place]) -> list[Prices]:
    """Prices of what was ever held; without any, of all there is."""
    held = {place.instrument for place in places}
    priced = {pk: row.prices for pk, row in book.listed.items() if row.priced and len(row.prices.days)}
    return [prices for pk, prices in priced.items() if pk in held] or list(priced.values())


def _sessions(prices: Sequence[Prices]) -> np.ndarray:
    """Days on which an exchange traded any of these; before and after, weekdays of markets that never close.

    Where nothing but those is held, every day of theirs.
    """
    if not prices:
        return np.empty(0, dtype=np.int32)
    never_closes = [np.mean(pack.days % 7 == SATURDAY) >= ROUND_THE_CLOCK for pack in prices]
    every_day = _union([pack.days for pack in prices])
    if all(never_closes):
        return every_day
    exchanges = _union([pack.days for pack, always in zip(prices, never_closes, strict=True) if not always])
    weekday = (every_day % 7 != SATURDAY) & (every_day % 7 != SATURDAY + 1)
    outside = (every_day < exchanges[0]) | (every_day > exchanges[-1])
    return np.union1d(exchanges, every_day[weekday & outside])


def _union(series: Sequence[np.ndarray]) -> np.ndarray:
    """All their days, ascending; by marking them, which no sort of hundreds of histories comes near."""
    first = min(int(days[0]) for days in series)
    marked = np.zeros(max(int(days[-1]) for days in series) - first + 1, dtype=bool)
    for days in series:
        marked[days - first] = True
    union: np.ndarray = np.flatnonzero(marked).astype(np.int32) + np.int32(first)
    return union


def _axis(sessions: np.ndarray, booked: np.ndarray, also: Sequence[date], until: date) -> np.ndarray:
    """Days since 1970-01-01: every session from the first entry on, every day of an entry, and those asked for."""
    last = day_number(until)
    entered = np.concatenate([booked, np.array([day_number(day) for day in also], dtype=np.int32)])
    if not len(entered):
        return np.empty(0, dtype=np.int32)
    axis = np.union1d(entered, sessions[sessions >= entered.min()])
    return axis[axis <= last]


def rates_by_day(rates: Mapping[str, Prices], base: str, axis: np.ndarray) -> dict[str, np.ndarray]:
    """{currency: base currency for one unit, each day}; 0 for a currency without any rate."""
    aligned = {currency: align(prices.days, prices.closes, axis) for currency, prices in rates.items()}
    return {**aligned, base: np.ones(len(axis))}


def _closes(row: Listed, rates: Mapping[str, np.ndarray], axis: np.ndarray) -> np.ndarray:
    """(D,): what one of today's shares cost each day, in base currency."""
    closes: np.ndarray = align(row.prices.days, row.prices.closes, axis) * row.unit * rates[row.currency]
    return closes


def total_return(row: Listed, rates: Mapping[str, np.ndarray], axis: np.ndarray) -> np.ndarray:
    """(D,): the level of an index fund in base currency; 0 without prices."""
    return _closes(row, rates, axis)
