"""What the performance page shows beside the report: years, months, drawdowns, without inflation, accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from .comparison import in_todays_money, real_return
from .history import Daily, History
from .periods import calendar_months, calendar_years
from .report import Reporting
from .returns import DAYS_A_YEAR, annualised
from .risk import drawdowns, rolling
from .summary import Period, period
from .window import Fall, Window, window


@dataclass(frozen=True, slots=True)
class Account:
    """Since it began."""

    gain: float
    twr: float | None
    xirr: float | None
    contribution: float | None  # to the portfolio's time-weighted return


@dataclass(frozen=True, slots=True)
class Real:
    """In the money of the last day."""

    inflation: float  # a year
    gain: float
    twr: float | None
    twr_annualised: float | None
    xirr: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    gain_by_price: float  # of securities, without fees and taxes
    gain_by_currency: float
    years: Mapping[str, Period]
    months: Mapping[str, Period]
    drawdowns: Sequence[Fall]  # the deepest first
    rolling_year: Sequence[tuple[date, float]]  # last session of each month
    real: Real | None  # if the owner states a rate of inflation
    accounts: Mapping[str, Account]


def overview(making: Reporting) -> Overview:
    history, whole, days = making.history, making.whole, making.days
    daily, first, last = making.daily, days[0], days[-1]
    return Overview(
        gain_by_price=float(daily.gain_by_price[-1]),
        gain_by_currency=float(daily.gain_by_currency[-1]),
        years=_periods(history, daily, days, calendar_years(first, last)),
        months=_periods(history, daily, days, calendar_months(first, last)),
        drawdowns=[whole.dated(fall) for fall in drawdowns(whole.index)] if whole.twr is not None else [],
        rolling_year=_month_ends(rolling(whole.index, whole.days)),
        real=_real(whole, making.book.inflation),
        accounts=_accounts(making),
    )


def _periods(
    history: History, daily: Daily, days: Sequence[date], named: Mapping[str, tuple[date, date]]
) -> dict[str, Period]:
    return {name: period(window(history, daily, days, start, end)) for name, (start, end) in named.items()}


def _month_ends(points: Sequence[tuple[date, float]]) -> list[tuple[date, float]]:
    lasts = {(day.year, day.month): (day, value) for day, value in points}
    return list(lasts.values())


def _real(whole: Window, inflation: float | None) -> Real | None:
    if inflation is None:
        return None
    flows = in_todays_money(whole.daily.outflow - whole.daily.inflow, whole.days, inflation)
    begin = in_todays_money(whole.daily.value, whole.days, inflation)[0]
    twr = real_return(whole.twr, whole.length, inflation)
    return Real(
        inflation=inflation,
        gain=float(whole.daily.value[-1] - begin + flows[1:].sum()),
        twr=twr,
        twr_annualised=annualised(twr, whole.length),
        xirr=real_return(whole.xirr, DAYS_A_YEAR, inflation),
    )


def _accounts(making: Reporting) -> dict[str, Account]:
    parts = making.contributions
    found = {}
    for name in dict.fromkeys(place.account for place in making.history.places):
        mine = np.array([place.account == name for place in making.history.places], dtype=bool)
        own = making.whole if mine.all() else making.window_of(mine)
        shares = [parts[place] for place in parts if place.account == name] if parts is not None else None
        found[name] = Account(own.gain, own.twr, own.xirr, sum(shares) if shares is not None else None)
    return found
