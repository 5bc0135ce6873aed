"""A stretch of a daily history, from the evening of its first day on: its gain, its returns, its risk."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from .comparison import SameMoney, same_money
from .history import Course, Daily, History
from .returns import annualised, compound_growth, linked, money_weighted
from .risk import Drawdown, calmar, daily_returns, max_drawdown, sharpe, sortino, volatility


@dataclass(frozen=True, slots=True)
class Fall:
    """The largest drawdown (depth ≤ 0) with its dates; none of them where nothing ever fell."""

    depth: float
    peak: date | None
    trough: date | None
    recovery: date | None


@dataclass(frozen=True, slots=True)
class Returns:
    """Fractions, rates a year; None where undefined."""

    twr: float | None
    twr_annualised: float | None
    xirr: float | None
    cagr: float | None
    max_drawdown: Fall | None
    volatility: float | None
    sharpe: float | None
    sortino: float | None
    calmar: float | None


@dataclass(frozen=True)
class Window:
    """Transactions of the first day belong to its value; every array begins there."""

    days: Sequence[date]
    daily: Course
    is_session: np.ndarray

    @property
    def start(self) -> date:
        return self.days[0]

    @property
    def end(self) -> date:
        return self.days[-1]

    @property
    def length(self) -> int:
        return (self.end - self.start).days

    @cached_property
    def gain(self) -> float:
        daily = self.daily
        flows = float(daily.inflow[1:].sum() - daily.outflow[1:].sum())
        return float(daily.value[-1] - daily.value[0]) - flows

    @cached_property
    def index(self) -> np.ndarray:
        """Time-weighted, 1 on the first evening."""
        return np.concatenate([[1.0], np.cumprod(self.daily.growth[1:])])

    @cached_property
    def twr(self) -> float | None:
        return linked(self.daily.growth[1:]) if self.daily.invested_days[1:].any() else None

    @cached_property
    def payments(self) -> list[tuple[date, float]]:
        """As the owner sees them: what there was and money put in −, money taken out and what is left +."""
        flows = self.daily.outflow - self.daily.inflow
        flows[0] = -self.daily.value[0]
        flows[-1] += self.daily.value[-1] if len(flows) > 1 else 0.0
        moved = [int(at) for at in np.flatnonzero(flows)]
        if moved and moved[-1] != len(flows) - 1:  # a total loss is one because nothing is left at the end
            moved.append(len(flows) - 1)
        return [(self.days[at], float(flows[at])) for at in moved]

    @cached_property
    def xirr(self) -> float | None:
        """None as well where the time-weighted return cannot be linked: the value was below zero."""
        if self.twr is None or not self.payments:
            return None
        days, amounts = zip(*self.payments, strict=True)
        return money_weighted(days, amounts)

    @cached_property
    def sampled(self) -> np.ndarray:
        """Positions whose returns are the daily ones: sessions, from the evening before the first investment on."""
        if not self.daily.invested_days[1:].any():
            return np.empty(0, dtype=np.int64)
        sessions, first = np.flatnonzero(self.is_session), self._first
        return np.concatenate([[first], sessions[sessions > first]])

    @cached_property
    def returns_by_session(self) -> np.ndarray:
        return daily_returns(self.index[self.sampled])

    @property
    def sampled_days(self) -> list[date]:
        """Of returns_by_session."""
        return [self.days[int(at)] for at in self.sampled[1:]]

    @cached_property
    def drawdown(self) -> Drawdown | None:
        """From the evening before the first investment on."""
        if self.twr is None and not np.isnan(self.index).any():
            return None
        first = self._first
        fall = max_drawdown(self.index[first:])
        if fall is None:
            return None
        recovered = fall.recovered + first if fall.recovered is not None else None
        return Drawdown(fall.depth, fall.peak + first, fall.trough + first, recovered)

    @property
    def _first(self) -> int:
        """Position of the evening before the first investment; 0 without any."""
        invested = np.flatnonzero(self.daily.invested_days[1:])
        return int(invested[0]) if len(invested) else 0

    def returns(self, risk_free: float = 0.0) -> Returns:
        growth = compound_growth(self.twr, self.length)
        daily = self.returns_by_session
        return Returns(
            twr=self.twr,
            twr_annualised=annualised(self.twr, self.length),
            xirr=self.xirr,
            cagr=growth,
            max_drawdown=self._fall(),
            volatility=volatility(daily),
            sharpe=sharpe(daily, risk_free),
            sortino=sortino(daily, risk_free),
            calmar=calmar(growth, self.drawdown),
        )

    def _fall(self) -> Fall | None:
        fall = self.drawdown
        if fall is None:
            return None
        if not fall.depth:
            return Fall(0.0, None, None, None)
        return self.dated(fall)

    def dated(self, fall: Drawdown) -> Fall:
        recovery = self.days[fall.recovered] if fall.recovered is not None else None
        return Fall(fall.depth, self.days[fall.peak], self.days[fall.trough], recovery)

    def in_fund(self, level: np.ndarray) -> SameMoney:
        """What there was at the start and every payment since, in a fund of this level on every day of the window."""
        inflow, outflow = self.daily.inflow.copy(), self.daily.outflow.copy()
        inflow[0], outflow[0] = max(self.daily.value[0], 0.0), max(-self.daily.value[0], 0.0)
        return same_money(level, inflow, outflow, float(self.daily.value[-1]), self.days)

    def level(self, benchmark: np.ndarray) -> np.ndarray:
        """A benchmark's daily returns on the same sessions, from its level on every day of the window."""
        return daily_returns(benchmark[self.sampled])


def window(history: History, daily: Daily, days: Sequence[date], start: date, end: date) -> Window:
    """`days` are those of the whole axis; a start before the first begins there."""
    at = max(0, bisect_right(days, start) - 1)
    stop = max(bisect_right(days, end), at + 1)
    return Window(days[at:stop], daily.course.between(at, stop), history.is_session[at:stop])
