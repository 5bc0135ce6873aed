"""Risk of a daily index: volatility, Sharpe ratio, drawdown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SESSIONS_A_YEAR = 252
NO_VARIATION = 1e-9  # a deviation below this is rounding


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall from a peak: `depth` ≤ 0, days as positions in the index; recovered None: not yet."""

    depth: float
    peak: int
    trough: int
    recovered: int | None


def daily_returns(index: np.ndarray) -> np.ndarray:
    """One less than days; after a total loss there is nothing to earn with: NaN."""
    lost = np.full(len(index[1:]), np.nan)
    returns: np.ndarray = np.divide(index[1:], index[:-1], out=lost, where=index[:-1] > 0) - 1
    return returns


def volatility(returns: np.ndarray) -> float | None:
    """Sample standard deviation of daily returns × √252; None for fewer than two, or where one is undefined."""
    if len(returns) < 2 or not np.isfinite(returns).all():  # noqa: PLR2004 — a sample deviation needs two
        return None
    return float(np.std(returns, ddof=1) * np.sqrt(SESSIONS_A_YEAR))


def sharpe(returns: np.ndarray, risk_free: float = 0.0) -> float | None:
    """Mean daily excess return / its standard deviation × √252; `risk_free` a year. None without variation."""
    excess = returns - risk_free / SESSIONS_A_YEAR
    deviation = volatility(excess)
    return float(np.mean(excess)) * SESSIONS_A_YEAR / deviation if deviation and deviation > NO_VARIATION else None


def underwater(index: np.ndarray) -> np.ndarray:
    """How far below its highest so far, each day: ≤ 0."""
    peak = np.maximum.accumulate(index)
    below: np.ndarray = np.divide(index, peak, out=np.zeros(len(index)), where=peak > 0) - 1
    return below


def max_drawdown(index: np.ndarray) -> Drawdown | None:
    """Recovered on the first day the old peak is reached again (≥). Of the days until the index ends; None without."""
    index = index[np.isfinite(index)]
    if not len(index):
        return None
    below = underwater(index)
    trough = int(np.argmin(below))
    peak = int(np.argmax(index[: trough + 1]))
    back = np.flatnonzero(index[trough:] >= index[peak])
    return Drawdown(float(below[trough]), peak, trough, trough + int(back[0]) if len(back) else None)
