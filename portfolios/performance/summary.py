"""The figures of a dashboard from a daily history: one pass, one definition each (docs/definitions.md)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .periods import RANGES, range_start
from .report import Reporting
from .returns import annualised
from .window import Window, window

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Period:
    """What was gained from the evening of `start` to the evening of `end`; None where undefined."""

    start: date
    end: date
    gain: float
    twr: float | None
    twr_annualised: float | None
    xirr: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Money in base currency; returns and depths as fractions; None where undefined."""

    first: date  # day of the first transaction
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


def summarise(making: Reporting) -> Summary:
    """Of a report that begins on the evening before the first transaction."""
    history, daily, days, whole = making.history, making.daily, making.days, making.whole
    first, last = days[1], days[-1]
    lately = window(history, daily, days, max(days[0], last - YEAR), last).returns(making.book.risk_free)
    ever = whole.returns(making.book.risk_free)
    value, put_in, taken_out = float(daily.value[-1]), float(daily.inflow.sum()), float(daily.outflow.sum())
    income = float(daily.income[bisect_right(days, last - YEAR) :].sum())
    securities = np.array([place.instrument is not None for place in history.places], dtype=bool)
    symbol = next(iter(making.book.benchmarks), None)
    return Summary(
        first=first,
        last=last,
        value=value,
        securities=float(history.value[securities, -1].sum()),
        paid_in=put_in - taken_out,
        put_in=put_in,
        gain=whole.gain,
        gain_rate=whole.gain / put_in if put_in > 0 else None,
        twr_annual=ever.twr_annualised,
        benchmark_annual=making.against(symbol).twr_annualised if symbol else None,
        xirr=ever.xirr,
        income_year=income,
        income_yield=income / value if value > 0 else None,
        drawdown=ever.max_drawdown.depth if ever.max_drawdown else None,
        drawdown_low=ever.max_drawdown.trough if ever.max_drawdown else None,
        volatility_year=lately.volatility,
        sharpe_year=lately.sharpe,
        periods={name: period(window(history, daily, days, range_start(name, days), last)) for name in RANGES},
    )


def period(stretch: Window) -> Period:
    return Period(
        stretch.start,
        stretch.end,
        stretch.gain,
        stretch.twr,
        annualised(stretch.twr, stretch.length),
        stretch.xirr,
    )
