"""What the same money would be in an index fund, and what a figure is worth without inflation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from .returns import DAYS_A_YEAR


@dataclass(frozen=True, slots=True)
class SameMoney:
    """Every payment on its day into the fund and out of it; `value` (D,) in base currency."""

    value: np.ndarray
    ran_out: date | None  # the day a withdrawal was more than the fund was worth; nothing is left from then on
    kaplan_schoar: float | None  # above 1: the portfolio made more of the same payments


def same_money(
    level: np.ndarray, inflow: np.ndarray, outflow: np.ndarray, value: float, days: Sequence[date]
) -> SameMoney:
    """`level` (D,): total return of the fund; `value`: what the portfolio is worth at the end.

    Kaplan and Schoar (2005): payments out, compounded at the fund's return, plus what is left, ÷ payments in,
    compounded likewise.
    """
    if not (level > 0).all():
        return SameMoney(np.zeros(len(level)), None, None)
    growth = level[-1] / level
    paid_in, paid_out = float(inflow @ growth), float(outflow @ growth)
    units = np.cumsum((inflow - outflow) / level)
    short = np.flatnonzero(units < -ROUNDING * max(float(units.max(initial=0.0)), 0.0))
    if len(short):
        units[short[0] :] = 0.0
    return SameMoney(
        value=np.maximum(units, 0.0) * level,
        ran_out=days[int(short[0])] if len(short) else None,
        kaplan_schoar=(paid_out + value) / paid_in if paid_in > 0 else None,
    )


ROUNDING = 1e-9  # of the most units ever held


def in_todays_money(values: np.ndarray, days: Sequence[date], inflation: float) -> np.ndarray:
    """`values` (D,) with the purchasing power of the last day; `inflation` a year."""
    years = np.array([(days[-1] - day).days / DAYS_A_YEAR for day in days])
    adjusted: np.ndarray = values * (1 + inflation) ** years
    return adjusted


def real_return(total: float | None, days: int, inflation: float) -> float | None:
    """What is left of a return after inflation over as many days (Fisher)."""
    return None if total is None else (1 + total) / (1 + inflation) ** (days / DAYS_A_YEAR) - 1
