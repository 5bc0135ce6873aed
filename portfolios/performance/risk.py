"""Risk of daily returns, alone and against a benchmark. Rates are a year's; None where a figure does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

SESSIONS_A_YEAR = 252
MONTHS_A_YEAR = 12
NO_VARIATION = 1e-9  # a deviation below this is rounding
SAME = 1e-9  # relative: an index this near to its old peak has reached it again
TWO = 2  # a sample deviation needs as many


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
    if len(returns) < TWO or not np.isfinite(returns).all():
        return None
    return float(np.std(returns, ddof=1) * np.sqrt(SESSIONS_A_YEAR))


def sharpe(returns: np.ndarray, risk_free: float = 0.0) -> float | None:
    """Mean daily excess return / its standard deviation × √252; `risk_free` a year (Sharpe 1994)."""
    excess = returns - risk_free / SESSIONS_A_YEAR
    return _ratio(float(np.mean(excess)) * SESSIONS_A_YEAR if len(excess) else 0.0, volatility(excess))


def sortino(returns: np.ndarray, risk_free: float = 0.0) -> float | None:
    """Mean daily excess return / its downside deviation × √252; the deviation is over all days (Sortino 1994)."""
    excess = returns - risk_free / SESSIONS_A_YEAR
    if len(excess) < TWO or not np.isfinite(excess).all():
        return None
    downside = float(np.sqrt(np.mean(np.minimum(excess, 0.0) ** 2)) * np.sqrt(SESSIONS_A_YEAR))
    return _ratio(float(np.mean(excess)) * SESSIONS_A_YEAR, downside)


def calmar(growth: float | None, drawdown: Drawdown | None) -> float | None:
    """CAGR / depth of the largest drawdown."""
    return _ratio(growth, -drawdown.depth) if growth is not None and drawdown else None


def _ratio(value: float, deviation: float | None) -> float | None:
    return value / deviation if deviation and deviation > NO_VARIATION else None


def underwater(index: np.ndarray) -> np.ndarray:
    """How far below its highest so far, each day: ≤ 0."""
    peak = np.maximum.accumulate(index)
    below: np.ndarray = np.divide(index, peak, out=np.zeros(len(index)), where=peak > 0) - 1
    return below


def max_drawdown(index: np.ndarray) -> Drawdown | None:
    """From the last day at the peak; recovered on the first day that is reached again (≥). None without an index."""
    index = index[: int(np.argmin(np.isfinite(index)))] if not np.isfinite(index).all() else index
    if not len(index):
        return None
    below = underwater(index)
    trough = int(np.argmin(below))
    at_peak = index[: trough + 1] >= index[: trough + 1].max() * (1 - SAME)
    peak = int(np.flatnonzero(at_peak)[-1])
    back = np.flatnonzero(index[trough:] >= index[peak] * (1 - SAME))
    if peak == trough:
        return Drawdown(0.0, peak, trough, None)
    return Drawdown(float(below[trough]), peak, trough, trough + int(back[0]) if len(back) else None)


def drawdowns(index: np.ndarray, deepest: int = 10) -> list[Drawdown]:
    """The deepest falls that do not overlap, deepest first: each from a peak until it is reached again."""
    below = underwater(index)
    under = below < -SAME
    edges = np.flatnonzero(np.diff(np.concatenate([[False], under, [False]]).astype(int)))
    falls = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        trough = int(start + np.argmin(below[start:end]))
        falls.append(Drawdown(float(below[trough]), int(start) - 1, trough, int(end) if end < len(index) else None))
    return sorted(falls, key=lambda fall: fall.depth)[:deepest]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a portfolio went with its benchmark; each None where it does not exist."""

    beta: float | None = None
    alpha: float | None = None  # Jensen's, a year
    correlation: float | None = None
    tracking_error: float | None = None
    information_ratio: float | None = None
    up_capture: float | None = None
    down_capture: float | None = None


def compare(returns: np.ndarray, benchmark: np.ndarray, days: Sequence[date], risk_free: float = 0.0) -> Comparison:
    """Of two series of daily returns of the same `days`; captures are of calendar months."""
    if len(returns) < TWO or not (np.isfinite(returns).all() and np.isfinite(benchmark).all()):
        return Comparison()
    covariance = np.cov(returns, benchmark)
    spread, varies = float(np.std(benchmark, ddof=1)), float(np.std(returns, ddof=1)) > NO_VARIATION
    active = returns - benchmark
    tracking = float(np.std(active, ddof=1) * np.sqrt(SESSIONS_A_YEAR))
    beta = float(covariance[0, 1] / covariance[1, 1]) if spread > NO_VARIATION else None
    daily_rate = risk_free / SESSIONS_A_YEAR
    excess, market = float(np.mean(returns)) - daily_rate, float(np.mean(benchmark)) - daily_rate
    up, down = captures(monthly(returns, days), monthly(benchmark, days))
    return Comparison(
        beta=beta,
        alpha=(excess - beta * market) * SESSIONS_A_YEAR if beta is not None else None,
        correlation=float(np.corrcoef(returns, benchmark)[0, 1]) if spread > NO_VARIATION and varies else None,
        tracking_error=tracking,
        information_ratio=_ratio(float(np.mean(active)) * SESSIONS_A_YEAR, tracking),
        up_capture=up,
        down_capture=down,
    )


def monthly(returns: np.ndarray, days: Sequence[date]) -> np.ndarray:
    """Returns of calendar months, from daily ones; the first and the last may be parts of a month."""
    months = np.array([day.year * MONTHS_A_YEAR + day.month for day in days])
    starts = np.flatnonzero(np.diff(months, prepend=-1))
    linked: np.ndarray = np.multiply.reduceat(1 + returns, starts) - 1 if len(starts) else np.empty(0)
    return linked


def captures(own: np.ndarray, benchmark: np.ndarray) -> tuple[float | None, float | None]:
    """(up, down): geometric mean of the months in which the benchmark rose (fell), by the benchmark's own."""
    return _capture(own, benchmark, benchmark > 0), _capture(own, benchmark, benchmark < 0)


def _capture(own: np.ndarray, benchmark: np.ndarray, months: np.ndarray) -> float | None:
    count = int(months.sum())
    if not count:
        return None
    mine, theirs = (float(np.prod(1 + returns[months])) for returns in (own, benchmark))
    if mine < 0 or theirs < 0:
        return None
    market = theirs ** (MONTHS_A_YEAR / count) - 1
    return (mine ** (MONTHS_A_YEAR / count) - 1) / market if abs(market) > NO_VARIATION else None


def rolling(index: np.ndarray, days: Sequence[date], years: int = 1) -> list[tuple[date, float]]:
    """(day, return of the year that ended then) for each day that has one."""
    numbers = np.array([day.toordinal() for day in days])
    before = np.array([_years_before(day, years).toordinal() for day in days])
    at = np.searchsorted(numbers, before, side="right") - 1
    known = (at >= 0) & np.isfinite(index)
    known[known] &= index[at[known]] > 0
    ends = [int(end) for end in np.flatnonzero(known)]
    return [(days[end], float(index[end] / index[at[end]] - 1)) for end in ends]


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
