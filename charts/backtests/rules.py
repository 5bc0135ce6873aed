"""A backtest as values: what is to be tried, with which money, at which costs. No numpy: pages read these too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

ENGINE = 1  # rises whenever the same request would give other figures: stored results are of one engine


class Every(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Fill(StrEnum):
    """At which price an order is filled that was decided at a close."""

    NEXT_OPEN = "next_open"
    NEXT_CLOSE = "next_close"
    CLOSE = "close"  # the same close: honest only for rules that do not look at it


class Average(StrEnum):
    SIMPLE = "sma"
    EXPONENTIAL = "ema"


class Entry(StrEnum):
    STATE = "state"  # in whenever the fast average is above the slow one
    CROSS = "cross"  # in only after it was seen crossing


@dataclass(frozen=True, slots=True)
class Hold:
    """Bought once by these weights, never rebalanced; what is paid in later is split by the same weights."""

    weights: Mapping[str, float]  # {symbol: share of the money}, sum ≤ 1; the rest stays cash


@dataclass(frozen=True, slots=True)
class Allocation:
    """Brought back to these weights every so often, or when one is further from its target than the band."""

    weights: Mapping[str, float]
    every: Every | None = None
    band: float | None = None  # absolute: 0.05 is five percentage points; exactly one of the two is given


@dataclass(frozen=True, slots=True)
class Crossover:
    """All in while the fast average of closes is above the slow one; else all in cash."""

    symbol: str
    average: Average = Average.SIMPLE
    fast: int = 50  # sessions; 1 is the close itself
    slow: int = 200
    entry: Entry = Entry.STATE


@dataclass(frozen=True, slots=True)
class Reversion:
    """All in once Wilder's RSI closes below one level, out once it closes above the other."""

    symbol: str
    days: int = 14
    below: float = 30.0
    above: float = 70.0


@dataclass(frozen=True, slots=True)
class Momentum:
    """The `top` of these with the best return over `months`, in equal parts, chosen anew every so often."""

    symbols: tuple[str, ...]
    top: int = 3
    months: int = 12
    skip: int = 0  # the last so many months are left out: 1 is the usual «12 − 1»
    every: Every = Every.MONTH


@dataclass(frozen=True, slots=True)
class DualMomentum:
    """The best of these over `months` if it beat the refuge, else the refuge (Antonacci 2014)."""

    symbols: tuple[str, ...]
    refuge: str
    months: int = 12
    every: Every = Every.MONTH


@dataclass(frozen=True, slots=True)
class Untraded:
    """What somebody's portfolio held on a day, kept since; the same payments as there really were."""

    portfolio: int
    since: date


Strategy: TypeAlias = Hold | Allocation | Crossover | Reversion | Momentum | DualMomentum | Untraded


@dataclass(frozen=True, slots=True)
class Costs:
    """Of an order: max(minimum, fixed + rate × notional + per_share × shares), in the currency of the test."""

    rate: float = 0.0
    fixed: float = 0.0
    per_share: float = 0.0
    minimum: float = 0.0


@dataclass(frozen=True, slots=True)
class Flow:
    """Money put in (amount > 0) or taken out (< 0) every so often, on the first session of each period."""

    amount: float
    every: Every = Every.MONTH
    since: date | None = None
    until: date | None = None
    growth: float = 0.0  # a year: 0.02 raises the amount by 2 % each year


@dataclass(frozen=True, slots=True)
class Request:
    """Dividends are reinvested (adjusted prices); with whole shares prices are as traded and dividends are paid out."""

    strategy: Strategy
    currency: str = "USD"
    cash: float = 10_000.0
    start: date | None = None  # None: as long ago as all prices reach
    end: date | None = None  # None: to the last price there is
    flows: tuple[Flow, ...] = ()
    benchmark: str = "SPY"  # "": none
    costs: Costs = field(default_factory=Costs)
    fill: Fill = Fill.NEXT_OPEN
    whole_shares: bool = False
    risk_free: float = 0.0


def symbols_of(strategy: Strategy) -> tuple[str, ...]:
    """What it may hold, each once, in order of the alphabet; of an untraded portfolio only a worker knows."""
    match strategy:
        case Hold() | Allocation():
            found = set(strategy.weights)
        case Crossover() | Reversion():
            found = {strategy.symbol}
        case Momentum():
            found = set(strategy.symbols)
        case DualMomentum():
            found = {*strategy.symbols, strategy.refuge}
        case _:
            found = set()
    return tuple(sorted(found))
