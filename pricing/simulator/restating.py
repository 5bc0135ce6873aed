"""Histories that are told differently from some moment on: extra dividends, and closes corrected afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from pricing.simulator.instruments import Split
from pricing.simulator.prices import dividend_factors
from pricing.simulator.tape import Tape, Tick


@dataclass(frozen=True, slots=True)
class Dividend:
    ex_date: date
    amount: float  # per share, as paid on that day


@dataclass(frozen=True, slots=True)
class Correction:
    before: date  # sessions before this day
    factor: float  # are shown multiplied by this


def restated(seen: Tape, dividends: Sequence[Dividend], corrections: Sequence[Correction]) -> Tape:
    """With these dividends besides its own, and after these corrections; what was adjusted for dividends, anew."""
    for correction in corrections:
        seen = _corrected(seen, correction)
    days = seen.days
    first = [(int(np.searchsorted(days, np.datetime64(paid.ex_date))), paid) for paid in dividends]
    extra = [(index, _today(paid, seen.splits)) for index, paid in first if 0 < index < len(days)]
    payments = tuple(sorted((*seen.dividends, *extra)))
    return replace(
        seen, dividends=payments, adjusted=seen.close * dividend_factors(seen.close, payments, len(seen.close))
    )


def _today(paid: Dividend, splits: Sequence[tuple[int, Split]]) -> float:
    """The amount for one of today's shares."""
    amount = paid.amount
    for _, split in splits:
        amount /= split.ratio if split.ex_date > paid.ex_date else 1.0
    return amount


def _corrected(seen: Tape, correction: Correction) -> Tape:
    factors = np.where(seen.days < np.datetime64(correction.before), correction.factor, 1.0)
    columns = {name: getattr(seen, name) * factors for name in ("open", "high", "low", "close")}
    return replace(seen, tick=_corrected_tick(seen.tick, [float(factor) for factor in factors[-2:]]), **columns)


def _corrected_tick(tick: Tick, factors: Sequence[float]) -> Tick:
    """By the factors of the latest session and, before it, of the one whose close is the previous."""
    latest = factors[-1]
    prices = {name: getattr(tick, name) * latest for name in ("price", "open", "high", "low")}
    previous = tick.previous_close
    return replace(tick, previous_close=previous * factors[0] if previous is not None else None, **prices)
