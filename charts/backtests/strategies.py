"""What a strategy decides, and when: weights at closes, from each instrument's own history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .indicators import closes_on, exponential_average, months_before, relative_strength, simple_average
from .market import Listed, Market
from .rules import Allocation, Average, Crossover, DualMomentum, Entry, Hold, Momentum, Reversion, Strategy, Untraded
from .scheduling import firsts

SAME = 1e-12  # relative: two averages this near are one, whatever rounding says

Weights = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Decisions by themselves; those that a band makes depend on what is held, and are the engine's."""

    decisions: list[tuple[int, Weights]]  # (position among the common bars, weight of each symbol of the market)
    band: float | None = None


def plan(strategy: Strategy, market: Market) -> Plan:
    match strategy:
        case Hold():
            return Plan([(0, _ordered(strategy.weights, market))])
        case Allocation():
            return _allocation(strategy, market)
        case Crossover():
            return _switching(_crossed(strategy, market))
        case Reversion():
            return _switching(_reverted(strategy, market))
        case Momentum():
            at = firsts(market.axis[market.common], strategy.every)
            returns = _past_returns(market, at, strategy.months, strategy.skip)
            return Plan(_changes(at, _best(returns, strategy.top)))
        case DualMomentum():
            return _dual(strategy, market)
        case Untraded():
            raise TypeError("An untraded portfolio is tested as what it held on that day, with dated payments.")


def _ordered(weights: Mapping[str, float], market: Market) -> Weights:
    return tuple(float(weights.get(symbol, 0.0)) for symbol in market.symbols)


def _allocation(strategy: Allocation, market: Market) -> Plan:
    weights = _ordered(strategy.weights, market)
    if strategy.every is None:
        return Plan([(0, weights)], strategy.band)
    at = firsts(market.axis[market.common], strategy.every)
    return Plan([(position, weights) for position in at.tolist()])


def _switching(inside: np.ndarray) -> Plan:
    """All in or all out, decided only where that changes."""
    at = np.flatnonzero(np.diff(inside, prepend=False))
    return Plan([(position, (1.0,) if inside[position] else (0.0,)) for position in at.tolist()])


def _crossed(strategy: Crossover, market: Market) -> np.ndarray:
    """(K,) whether to be in. A crossing counts if its second close is within the test."""
    fast, slow = (_average(market, strategy.average, days) for days in (strategy.fast, strategy.slow))
    above = fast > slow * (1 + SAME)
    inside: np.ndarray = above[market.bars[market.common, 0]]
    if strategy.entry is Entry.STATE:
        return inside
    crossing = above.copy()
    crossing[:1] = False
    crossing[1:] &= (fast <= slow * (1 + SAME))[:-1]  # undefined averages were never below
    return inside & np.logical_or.accumulate(crossing[market.bars[market.common, 0]])


def _average(market: Market, kind: Average, days: int) -> np.ndarray:
    one = market.own[0]
    average = simple_average if kind is Average.SIMPLE else exponential_average
    return market.remembered((kind, one.symbol, days), lambda: average(one.closes, days))


def _reverted(strategy: Reversion, market: Market) -> np.ndarray:
    """(K,) whether to be in: what the last level that was passed says, nothing before the first."""
    one = market.own[0]
    key = ("rsi", one.symbol, strategy.days)
    strength = market.remembered(key, lambda: relative_strength(one.closes, strategy.days))
    now = strength[market.bars[market.common, 0]]
    enter, leave = now < strategy.below, now > strategy.above
    last = np.maximum.accumulate(np.where(enter | leave, np.arange(len(now)), -1))
    inside: np.ndarray = (last >= 0) & enter[last]
    return inside


def _past_returns(market: Market, at: np.ndarray, months: int, skip: int) -> np.ndarray:
    """(decisions, N) over the months that end `skip` months before each, in the test's currency; NaN: too young."""
    days = market.axis[market.common[at]].astype(np.int64)
    ends, begins = months_before(days, skip), months_before(days, months)
    return np.column_stack([_worth(one, ends) / _worth(one, begins) - 1 for one in market.own])


def _worth(one: Listed, days: np.ndarray) -> np.ndarray:
    worth = closes_on(one.days, one.closes, days)
    return worth if one.rate is None else worth * closes_on(one.rate.days, one.rate.closes, days)


def _best(returns: np.ndarray, top: int) -> np.ndarray:
    """(decisions, N) equal weights of the best; of equal ones those first in the alphabet; all 0 without any."""
    order = np.argsort(-returns, axis=1, kind="stable")  # NaN last
    chosen = np.zeros(returns.shape)
    np.put_along_axis(chosen, order[:, :top], 1.0, axis=1)
    chosen[np.isnan(returns)] = 0.0
    count = chosen.sum(axis=1, keepdims=True)
    weights: np.ndarray = chosen / np.maximum(count, 1.0)
    return weights


def _dual(strategy: DualMomentum, market: Market) -> Plan:
    """Absolute momentum is against the refuge: whoever has not beaten it, or cannot be compared, gives way to it."""
    at = firsts(market.axis[market.common], strategy.every)
    returns = _past_returns(market, at, strategy.months, 0)
    refuge = market.symbols.index(strategy.refuge)
    others = returns.copy()
    others[:, [symbol not in strategy.symbols for symbol in market.symbols]] = np.nan
    weights = _best(others, 1)
    beaten = np.where(weights > 0, returns, 0.0).sum(axis=1) > returns[:, refuge]
    weights[~(beaten & (weights.sum(axis=1) > 0))] = np.eye(len(market.symbols))[refuge]
    return Plan(_changes(at, weights))


def _changes(at: np.ndarray, weights: np.ndarray) -> list[tuple[int, Weights]]:
    return [(position, tuple(row)) for position, row in zip(at.tolist(), weights.tolist(), strict=True)]
