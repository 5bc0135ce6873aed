"""Returns over a period: time-weighted, money-weighted, annualised."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import pyxirr

DAYS_A_YEAR = 365
DAYS_A_CALENDAR_YEAR = 365.25  # of CAGR, as funds state it


def linked(growth: np.ndarray) -> float | None:
    """Time-weighted return of these days; None where one of them cannot be linked."""
    total = float(np.prod(growth)) - 1
    return total if math.isfinite(total) else None


def annualised(total: float | None, days: int) -> float | None:
    """By actual days / 365, and only for periods over one year; shorter ones come back as they are."""
    if total is None or days <= DAYS_A_YEAR:
        return total
    return -1.0 if total <= -1 else (1 + total) ** (DAYS_A_YEAR / days) - 1


def compound_growth(total: float | None, days: int) -> float | None:
    """CAGR: by days / 365.25, whatever their number; None without days, or beyond what a number holds."""
    if total is None or days <= 0:
        return None
    if total <= -1:
        return -1.0
    try:
        return float((1 + total) ** (DAYS_A_CALENDAR_YEAR / days) - 1)
    except OverflowError:
        return None


def money_weighted(days: Sequence[date], flows: Sequence[float]) -> float | None:
    """XIRR, actual/365, of flows seen from the owner (money put in is negative), the last of them what is left.

    −1 on a total loss; None where it is undefined; of several solutions the one nearest zero.
    """
    if not any(flow < 0 for flow in flows) or min(days) == max(days):
        return None
    if not any(flow > 0 for flow in flows):
        return -1.0 if flows[-1] == 0 else None
    if _has_one_solution(flows):
        rate = pyxirr.xirr(list(days), list(flows), silent=True)
        if rate is not None and math.isfinite(rate) and rate > -1:
            return float(rate)
    return _nearest_zero(days, flows)


def _has_one_solution(flows: Sequence[float]) -> bool:
    """Whether the sign changes once (Descartes); `flows` in order of their days."""
    signs = [flow > 0 for flow in flows if flow]
    return sum(before != after for before, after in pairwise(signs)) <= 1


GRID = np.concatenate([-np.geomspace(1e-3, 60.0, 60)[::-1], [0.0], np.geomspace(1e-3, 60.0, 60)])
LOST = math.log(1e-4)  # −99.99 % a year: where all else is a gain, such a root is no answer
LARGEST_EXPONENT = 700.0  # e^710 is beyond a float
STEPS = 100  # Newton needs half a dozen, halving 60


def _nearest_zero(days: Sequence[date], flows: Sequence[float]) -> float | None:
    """The root of Σ flow · (1 + rate)^years nearest zero, searched in ln(1 + rate)."""
    last = max(days)
    years = np.array([(last - day).days / DAYS_A_YEAR for day in days])
    amounts = np.array(flows, dtype=float)
    span = years.max()
    grid = GRID / min(span, 1.0)  # a few days may well have earned a rate of thousands
    grid = grid[np.abs(grid * span) < LARGEST_EXPONENT]
    values = np.exp(np.outer(grid, years)) @ amounts
    crossings = np.flatnonzero(np.signbit(values[1:]) != np.signbit(values[:-1]))
    if not len(crossings):
        return None
    sane = [crossing for crossing in crossings if grid[crossing] > LOST]
    at = min(
        sane or crossings, key=lambda crossing: min(abs(math.expm1(g)) for g in _bounded(grid[crossing : crossing + 2]))
    )
    root = _refined(years, amounts, float(grid[at]), float(grid[at + 1]))
    return math.expm1(root) if root < LARGEST_EXPONENT else None


def _bounded(points: np.ndarray) -> list[float]:
    return [min(float(point), LARGEST_EXPONENT) for point in points]


def _refined(years: np.ndarray, amounts: np.ndarray, low: float, high: float) -> float:
    """Newton's method between two points of different sign, halving where it would leave them."""
    rises = float(amounts @ np.exp(low * years)) < 0
    point = (low + high) / 2
    for _ in range(STEPS):
        grown = amounts * np.exp(point * years)
        value, slope = float(grown.sum()), float(grown @ years)
        low, high = (point, high) if (value < 0) == rises else (low, point)
        step = point - value / slope if slope else low
        following = step if low < step < high else (low + high) / 2
        if following == point or not low < following < high:
            break
        point = following
    return point
