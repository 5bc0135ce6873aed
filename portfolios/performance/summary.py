"""The figures of a dashboard from a daily history: one pass, one definition each (docs/definitions.md)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .history import History
from .periods import RANGES, range_start
from .returns import annualised, money_weighted, period_return
from .risk import daily_returns, max_drawdown, sharpe, volatility

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Period:
    """A range of the chart: what was gained in it, and the time-weighted return."""

    start: date
    gain: float
    twr: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Money in base currency; returns and depths as fractions; None where undefined."""

    first: date
    last: date
    value: float
    securities: float
    paid_in: float  # put in − taken out
    put_in: float
    gain: float  # value + taken out − put in
    gain_rate: float | None  # on money put in
    twr_annual: float | None
    benchmark_annual: float | None
    xirr: float | None
    income_year: float
    income_yield: float | None
    drawdown: float | None
    drawdown_low: date | None
    volatility_year: float | None
    sharpe_year: float | None
    periods: Mapping[str, Period]


def summarise(days: list[date], history: History, benchmark: np.ndarray | None) -> Summary:
    """`days` (D) of the history; `benchmark` (D): total-return level of the index fund, or None."""
    first, last = days[0], days[-1]
    value, put_in, taken_out = float(history.value[-1]), float(history.inflow.sum()), float(history.outflow.sum())
    gain = value + taken_out - put_in
    fall = max_drawdown(history.index)
    lately = daily_returns(history.index[_position(days, last - YEAR) :])
    income = float(history.income[bisect_right(days, last - YEAR) :].sum())
    span = (last - first).days
    flows = history.outflow - history.inflow
    moved = np.flatnonzero(flows)
    return Summary(
        first=first,
        last=last,
        value=value,
        securities=float(history.securities[-1]),
        paid_in=put_in - taken_out,
        put_in=put_in,
        gain=gain,
        gain_rate=gain / put_in if put_in > 0 else None,
        twr_annual=annualised(_since_inception(history.index), span),
        benchmark_annual=annualised(period_return(benchmark, 0), span) if benchmark is not None else None,
        xirr=money_weighted([*(days[i] for i in moved), last], [*map(float, flows[moved]), value]),
        income_year=income,
        income_yield=income / value if value > 0 else None,
        drawdown=fall.depth if fall else None,
        drawdown_low=days[fall.trough] if fall else None,
        volatility_year=volatility(lately),
        sharpe_year=sharpe(lately),
        periods={name: _period(days, history, range_start(name, first, last)) for name in RANGES},
    )


def _since_inception(index: np.ndarray) -> float | None:
    return float(index[-1]) - 1 if np.isfinite(index[-1]) else None


def _position(days: list[date], day: date) -> int:
    """The last position on or before `day`; 0 before the first."""
    return max(0, bisect_right(days, day) - 1)


def _period(days: list[date], history: History, start: date) -> Period:
    """The starting value is that of the evening of `start`; since the first day everything counts."""
    whole = start <= days[0]
    at = 0 if whole else _position(days, start)
    after = slice(0, None) if whole else slice(at + 1, None)
    begin = 0.0 if whole else float(history.value[at])
    net = float(history.inflow[after].sum() - history.outflow[after].sum())
    twr = _since_inception(history.index) if whole else period_return(history.index, at)
    return Period(start, float(history.value[-1]) - begin - net, twr)
