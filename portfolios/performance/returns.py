"""Returns over a period: time-weighted, money-weighted, annualised."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import pyxirr

DAYS_A_YEAR = 365


def period_return(index: np.ndarray, start: int) -> float | None:
    """Growth of the index after day `start`; None where it cannot be linked."""
    begin, end = float(index[start]), float(index[-1])
    return end / begin - 1 if begin > 0 and math.isfinite(end / begin) else None


def annualised(total: float | None, days: int) -> float | None:
    """By actual days / 365, and only for periods over one year; shorter ones come back as they are."""
    if total is None or days <= DAYS_A_YEAR:
        return total
    return -1.0 if total <= -1 else (1 + total) ** (DAYS_A_YEAR / days) - 1


def money_weighted(days: Sequence[date], flows: Sequence[float]) -> float | None:
    """XIRR, actual/365, of flows seen from the owner (money put in is negative), the last of them what is left.

    −1 on a total loss; None where it is undefined.
    """
    if not any(flow < 0 for flow in flows) or min(days) == max(days):
        return None
    if not any(flow > 0 for flow in flows):
        return -1.0 if flows[-1] == 0 else None
    rate = pyxirr.xirr(list(days), list(flows), silent=True)
    return rate if rate is not None and math.isfinite(rate) else _loss_rate(days, flows)


def _loss_rate(days: Sequence[date], flows: Sequence[float]) -> float | None:
    """By halving, a root between −100 % and 0: the library gives up on heavy losses of a few days."""
    years = [(max(days) - day).days / DAYS_A_YEAR for day in days]

    def left(rate: float) -> float:
        return math.fsum(flow * (1 + rate) ** span for flow, span in zip(flows, years, strict=True))

    low, high = -1.0, 0.0
    if left(low) <= 0 or left(high) >= 0:
        return None
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if left(middle) > 0 else (low, middle)
    return high
