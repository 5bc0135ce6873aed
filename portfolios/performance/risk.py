"""Risk of a daily index: volatility, Sharpe ratio, drawdown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SESSIONS_A_YEAR = 252


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall from a peak: `depth` ≤ 0, days as positions in the index; recovered None: not yet."""

    depth: float
    peak: int
    trough: int
    recovered: int | None


def daily_returns(index: np.ndarray) -> np.ndarray:
    returns: np.ndarray = index[1:] / index[:-1] - 1
    return returns


def volatility(returns: np.ndarray) -> float | None:
    """Sample standard deviation of daily returns × √252; None for fewer than two."""
    return float(np.std(returns, ddof=1) * np.sqrt(SESSIONS_A_YEAR)) if len(returns) > 1 else None


def sharpe(returns: np.ndarray, risk_free: float = 0.0) -> float | None:
    """Mean daily excess return / its standard deviation × √252; `risk_free` a year. None without variation."""
    if len(returns) < 2:  # noqa: PLR2004 — a sample deviation needs two
        return None
    excess = returns - risk_free / SESSIONS_A_YEAR
    deviation = float(np.std(excess, ddof=1))
    return float(np.mean(excess)) / deviation * float(np.sqrt(SESSIONS_A_YEAR)) if deviation > 0 else None


def underwater(index: np.ndarray) -> np.ndarray:
    """How far below its highest so far, each day: ≤ 0."""
    return index / np.maximum.accumulate(index) - 1


def max_drawdown(index: np.ndarray) -> Drawdown:
    """Recovered on the first day the old peak is reached again (≥)."""
    below = underwater(index)
    trough = int(np.argmin(below))
    peak = int(np.argmax(index[: trough + 1]))
    back = np.flatnonzero(index[trough:] >= index[peak])
    return Drawdown(float(below[trough]), peak, trough, trough + int(back[0]) if len(back) else None)
