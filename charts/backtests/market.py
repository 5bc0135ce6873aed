"""The prices of a backtest on one axis of days, in one currency; and each instrument's own history for its signals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from portfolios.accounting.sentences import Sentence
from portfolios.performance.history import EPOCH, align

STOPPED = 10  # calendar days without a bar while others trade on: no holiday lasts as long
FEWEST_DAYS = 2  # a decision and a day on which it is filled

Made = TypeVar("Made")


class EmptyRangeError(Exception):
    """There is nothing to test: its argument is the Sentence that says why."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency was worth in the currency of the test."""

    days: np.ndarray  # int32, ascending, days since 1970-01-01
    closes: np.ndarray


@dataclass(frozen=True, slots=True)
class Listed:
    """One instrument as stored: its whole history, in its own currency's major unit.

    Split-adjusted; adjusted for dividends too, unless they are to be paid out (whole shares).
    """

    symbol: str
    days: np.ndarray  # int32, ascending, days since 1970-01-01
    opens: np.ndarray
    closes: np.ndarray
    rate: Rate | None = None  # None: in the test's currency already
    splits: tuple[tuple[int, float], ...] = ()  # (ex-day, new shares per old), for whole shares only
    dividends: tuple[tuple[int, float], ...] = ()  # (ex-day, of one of today's shares), for whole shares only

    @property
    def first(self) -> int:
        """The first day with a price in the test's currency."""
        return max(int(self.days[0]), int(self.rate.days[0]) if self.rate else int(self.days[0]))

    @property
    def last(self) -> int:
        """The last one; a currency that is no longer quoted ends with its rate."""
        return min(int(self.days[-1]), int(self.rate.days[-1]) if self.rate else int(self.days[-1]))


@dataclass(frozen=True)
class Market:
    """T days × N instruments, in order of their symbols; prices are of today's shares, in the test's currency."""

    own: tuple[Listed, ...]
    axis: np.ndarray  # (T,) days since 1970-01-01: every session of any of them
    opens: np.ndarray  # (T, N), where it traded
    closes: np.ndarray  # (T, N), the last one where it did not
    bars: np.ndarray  # (T, N) position of the last bar so far in the instrument's own history
    trades: np.ndarray  # (T, N) whether it had a bar
    lots: np.ndarray | None = None  # (T, N) today's shares in one share of the day; None: fractions are dealt
    dividends: np.ndarray | None = None  # (T, N) paid on this day for one of today's shares
    notes: tuple[Sentence, ...] = ()
    memory: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)  # indicators, by what they are of

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(one.symbol for one in self.own)

    @cached_property
    def common(self) -> np.ndarray:
        """(K,) positions of the bars on which all of them traded: the only ones to decide and to deal on."""
        return np.flatnonzero(self.trades.all(axis=1))

    @cached_property
    def days(self) -> list[date]:
        """(T,) the axis as dates."""
        found: list[date] = self.axis.astype("datetime64[D]").tolist()
        return found

    def since(self, position: int) -> Market:
        """The same market from one of its bars on; what was remembered of indicators is shared."""
        at = slice(position, None)
        return Market(
            own=self.own,
            axis=self.axis[at],
            opens=self.opens[at],
            closes=self.closes[at],
            bars=self.bars[at],
            trades=self.trades[at],
            lots=None if self.lots is None else self.lots[at],
            dividends=None if self.dividends is None else self.dividends[at],
            memory=self.memory,
        )

    def remembered(self, key: tuple[Any, ...], make: Callable[[], Made]) -> Made:
        """What `make` returns, made once; of own histories alone, which no test changes."""
        if key not in self.memory:
            self.memory[key] = make()
        found: Made = self.memory[key]
        return found


def market(listed: Sequence[Listed], start: date | None, end: date | None, *, whole: bool = False) -> Market:
    """From `start`, or when the youngest begins, to `end`, or when one of them stopped trading.

    Raises EmptyRangeError where fewer than two days are left.
    """
    known = sorted((_priced(one) for one in listed), key=lambda one: one.symbol)
    for one in known:
        if not len(one.days):
            raise EmptyRangeError(Sentence("There are no prices of {symbol}.", symbol=one.symbol))
        if one.rate and not len(one.rate.days):
            raise EmptyRangeError(Sentence("There is no exchange rate for {symbol}.", symbol=one.symbol))
    begin, finish, notes = _range(known, start, end)
    inside = [
        one.days[np.searchsorted(one.days, begin) : np.searchsorted(one.days, finish, side="right")] for one in known
    ]
    axis = np.unique(np.concatenate(inside)) if len(inside) > 1 else inside[0]
    made = _on_axis(known, axis, whole, notes)
    if len(axis) < FEWEST_DAYS or not len(made.common):
        last = max(known, key=lambda one: one.first)
        raise EmptyRangeError(_nothing(last.symbol, start or iso(begin), end or iso(finish)))
    return made


def alongside(listed: Listed, axis: np.ndarray) -> Market:
    """One instrument on the axis of another market, its missing bars carried; it must begin by then."""
    return _on_axis([_priced(listed)], axis, whole=False, notes=())


def iso(day: int) -> str:
    return str(np.datetime64(int(day), "D"))


def number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def _nothing(symbol: str, start: object, end: object) -> Sentence:
    return Sentence("There are no prices of {symbol} between {start} and {end}.", symbol=symbol, start=start, end=end)


def _priced(one: Listed) -> Listed:
    """Without bars that have no close, and days that have no rate.

    Where only the open is missing the close stands in, as a later price would.
    """
    rate = one.rate
    if rate is not None and not (quoted := np.isfinite(rate.closes) & (rate.closes > 0)).all():
        one = replace(one, rate=Rate(rate.days[quoted], rate.closes[quoted]))
    good = np.isfinite(one.closes) & (one.closes > 0)
    has_open = np.isfinite(one.opens) & (one.opens > 0)
    if good.all() and has_open.all():
        return one
    opens = np.where(has_open, one.opens, one.closes)
    return replace(one, days=one.days[good], opens=opens[good], closes=one.closes[good])


def _range(known: Sequence[Listed], start: date | None, end: date | None) -> tuple[int, int, tuple[Sentence, ...]]:
    """(first day, last day, what was cut off)."""
    notes = []
    young = max(known, key=lambda one: one.first)
    begin = young.first
    if start is not None and number(start) >= begin:
        begin = number(start)
    elif start is not None or begin > min(one.first for one in known):
        notes.append(
            Sentence("Prices of {symbol} begin on {day}: the test starts there.", symbol=young.symbol, day=iso(begin))
        )
    latest = max(int(one.days[-1]) for one in known)
    finish = latest if end is None else min(latest, number(end))
    ended = min(known, key=lambda one: one.last)
    if ended.last < finish - STOPPED:
        if ended.last < begin:
            raise EmptyRangeError(
                Sentence(
                    "Prices of {symbol} end on {day}, before the test begins on {start}.",
                    symbol=ended.symbol,
                    day=iso(ended.last),
                    start=iso(begin),
                )
            )
        finish = ended.last
        notes.append(
            Sentence("Prices of {symbol} end on {day}: the test ends there.", symbol=ended.symbol, day=iso(finish))
        )
    return begin, finish, tuple(notes)


def _on_axis(known: Sequence[Listed], axis: np.ndarray, whole: bool, notes: tuple[Sentence, ...]) -> Market:
    shape = (len(axis), len(known))
    opens, closes, bars = np.empty(shape), np.empty(shape), np.empty(shape, dtype=np.int64)
    lots, dividends = (np.ones(shape), np.zeros(shape)) if whole else (None, None)
    for column, one in enumerate(known):
        at = np.maximum(np.searchsorted(one.days, axis, side="right") - 1, 0)
        rate = 1.0 if one.rate is None else align(one.rate.days, one.rate.closes, axis)
        bars[:, column] = at
        opens[:, column], closes[:, column] = one.opens[at] * rate, one.closes[at] * rate
        if lots is not None and dividends is not None:
            lots[:, column] = _lots(one, axis)
            dividends[:, column] = _paid(one, axis) * rate
    own_days = np.column_stack([one.days[bars[:, column]] for column, one in enumerate(known)])
    return Market(tuple(known), axis, opens, closes, bars, own_days == axis[:, None], lots, dividends, notes)


def _lots(one: Listed, axis: np.ndarray) -> np.ndarray:
    """(T,) how many of today's shares one share of each day has become."""
    lots = np.ones(len(axis))
    for ex_day, ratio in one.splits:
        lots[axis < ex_day] *= ratio
    return lots


def _paid(one: Listed, axis: np.ndarray) -> np.ndarray:
    """(T,) dividends on their ex-days, or on the next day of the axis; nobody held anything before the first."""
    paid = np.zeros(len(axis))
    for ex_day, amount in one.dividends:
        at = int(np.searchsorted(axis, ex_day))
        if 0 < at < len(axis):
            paid[at] += amount
    return paid
