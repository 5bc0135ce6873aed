"""What splits and dividends do to prices of before: plain factors, for instruments that are priced from files."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from operator import mul


@dataclass(frozen=True, slots=True)
class Ratio:
    """A split: `shares` of today for one of before."""

    ex_date: date
    shares: float


def shares_since(day: date, splits: Iterable[Ratio]) -> float:
    """How many of today's shares one share of that day has become: what a price as traded is divided by.

    An ex-date's own prices are of the new shares already: only what is dated strictly before it is restated.
    """
    shares = 1.0
    for split in splits:
        shares *= split.shares if day < split.ex_date else 1.0
    return shares


def adjusted_closes(closes: Sequence[tuple[date, float]], dividends: Mapping[date, float]) -> list[float]:
    """Total-return closes, in the order given (oldest first).

    Before each ex-date one factor 1 − dividend ÷ close more, of the last close before that day: the factor of
    CRSP and Yahoo. A dividend before the first close does nothing. Raises ValueError for one not below its close.
    """
    factors = [1.0] * len(closes)
    for before, amount in _paid(closes, dividends):
        close = closes[before][1]
        if amount >= close:
            raise ValueError(f"a dividend of {amount:g} is not less than the close of {close:g} before it")
        factors[before] *= 1.0 - amount / close
    running = list(accumulate(reversed(factors), mul))[::-1]
    return [close * factor for (_, close), factor in zip(closes, running, strict=True)]


def too_large_dividends(closes: Sequence[tuple[date, float]], dividends: Mapping[date, float]) -> list[date]:
    """The ex-dates whose dividend is not less than the last close before."""
    days = [day for day, _ in closes]
    before = {ex_date: bisect_left(days, ex_date) for ex_date in sorted(dividends)}
    return [ex_date for ex_date, at in before.items() if at and dividends[ex_date] >= closes[at - 1][1]]


def _paid(closes: Sequence[tuple[date, float]], dividends: Mapping[date, float]) -> list[tuple[int, float]]:
    """(index of the last close before the ex-date, amount), of those that have a close after and before."""
    days = [day for day, _ in closes]
    found = ((bisect_left(days, ex_date), amount) for ex_date, amount in dividends.items())
    return [(at - 1, amount) for at, amount in found if 0 < at < len(days)]
