"""A portfolio's daily history in numpy: one sort, cumulative sums, one repeat, one interpolation.

P holdings, D days; all money in base currency, all quantities in today's shares (splits already applied).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Floats = np.ndarray


@dataclass(frozen=True, slots=True)
class Trades:
    """One element per purchase or sale, in the order booked."""

    holding: np.ndarray  # index of the holding, 0 … P−1
    day: np.ndarray  # index of the day, 0 … D−1
    quantity: Floats  # + bought, − sold
    cost: Floats  # what a purchase took, fees and taxes included; 0 for a sale


@dataclass(frozen=True, slots=True)
class Flows:
    """Sums by day, each of length D."""

    inflow: Floats  # ≥ 0: money put in
    outflow: Floats  # ≥ 0: money taken out
    income: Floats  # dividends and interest, net; for display, already part of cash or outflow
    cash: Floats  # what the cash account is worth that evening; 0 where cash is not tracked


@dataclass(frozen=True, slots=True)
class History:
    """Each of length D, but `quantity` (P,)."""

    value: Floats
    securities: Floats  # value without cash
    invested: Floats  # FIFO cost of what is held
    inflow: Floats
    outflow: Floats
    income: Floats
    index: Floats  # time-weighted, 1 before the first day
    quantity: Floats  # held on the last day


def history(closes: Floats, trades: Trades, flows: Flows) -> History:
    """`closes` (P, D): what one of today's shares cost on each day, in base currency."""
    holdings, days = closes.shape
    order = np.lexsort((trades.day, trades.holding))  # stable: the order within a day is kept
    holding, day = trades.holding[order], trades.day[order]
    edges = np.searchsorted(holding, np.arange(holdings + 1))
    quantity, basis = _holdings(holding, trades.quantity[order], trades.cost[order], edges)
    held = _by_day(quantity, day, edges, days)
    securities = np.einsum("pd,pd->d", held, closes)
    value = securities + flows.cash
    return History(
        value=value,
        securities=securities,
        invested=_by_day(basis, day, edges, days).sum(axis=0),
        inflow=flows.inflow,
        outflow=flows.outflow,
        income=flows.income,
        index=time_weighted(value, flows.inflow, flows.outflow),
        quantity=held[:, -1],
    )


def _holdings(holding: np.ndarray, quantity: Floats, cost: Floats, edges: np.ndarray) -> tuple[Floats, Floats]:
    """(quantity, FIFO cost basis) of the traded holding after each trade.

    First in, first out is an interpolation: the first S shares sold cost interp(S; bought so far, cost so far).
    Laid end to end, all holdings take one call; each is measured in shares of what was ever bought of it, so that a
    billion of one leaves digits for a thousandth of another.
    """
    ever = np.bincount(holding, np.maximum(quantity, 0.0), len(edges) - 1)
    scale = np.where(ever > 0.0, ever, 1.0)[holding]
    part = quantity / scale
    bought, sold, paid = (_running(v) for v in (np.maximum(part, 0.0), np.maximum(-part, 0.0), cost))
    start = edges[:-1][holding]
    sold_here = sold[1:] - sold[start]
    relieved = np.interp(bought[start] + sold_here, bought, paid) - paid[start]
    held = bought[1:] - bought[start] - sold_here
    held[np.abs(held) < ROUNDING] = 0.0
    held *= scale
    held[np.abs(held) < NOTHING] = 0.0
    return held, np.where(held == 0.0, 0.0, paid[1:] - paid[start] - relieved)


NOTHING = 5e-13  # quantities within this of zero are zero
ROUNDING = 1e-12  # of all that was ever bought of a holding: what float64 leaves after thousands of sums


def _running(values: Floats) -> Floats:
    return np.concatenate(([0.0], np.cumsum(values)))


def _by_day(state: Floats, day: np.ndarray, edges: np.ndarray, days: int) -> Floats:
    """(P, D): the state of each holding at the end of each day; 0 before its first trade."""
    matrix = np.zeros((len(edges) - 1, days))
    lasts = np.diff(day, append=days)
    ends = edges[1:] - 1
    filled = edges[1:] > edges[:-1]  # a holding without trades stays 0
    lasts[ends[filled]] = days - day[ends[filled]]
    for row in np.flatnonzero(filled):
        mine = slice(edges[row], edges[row + 1])
        matrix[row, day[edges[row]] :] = np.repeat(state[mine], lasts[mine])
    return matrix


def time_weighted(value: Floats, inflow: Floats, outflow: Floats) -> Floats:
    """Index of daily returns, inflows at the start of a day, outflows at its end: (V + out) / (V₋₁ + in), linked.

    A day that begins with nothing earns nothing; after a value below zero linking is meaningless: NaN from there on.
    """
    begin = inflow.copy()
    begin[1:] += value[:-1]
    ratio = np.divide(value + outflow, begin, out=np.ones_like(value), where=begin > 0.0)
    ratio[ratio < 0.0] = np.nan
    return np.cumprod(ratio)


def align(days: np.ndarray, prices: Floats, axis: np.ndarray) -> tuple[Floats, np.ndarray]:
    """(price on each day of `axis`, whether it is estimated): the last one on or before, or else the first known."""
    if not len(days):
        return np.zeros(len(axis)), np.ones(len(axis), dtype=bool)
    at = np.searchsorted(days, axis, side="right") - 1
    return prices[np.maximum(at, 0)], at < 0
