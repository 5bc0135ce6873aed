"""Figures of a run, by the same definitions as those of a portfolio: portfolios.performance does the computing."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from portfolios.performance.history import Course, time_weighted
from portfolios.performance.returns import annualised
from portfolios.performance.risk import daily_returns, max_drawdown, sharpe, underwater, volatility
from portfolios.performance.window import Fall, Window

from .engine import Run
from .market import number
from .orders import Order

WORST = 5.0  # percent of days, of value at risk
DAYS_A_YEAR = 365.25
FEWEST_DAYS = 2
NOTHING_LEFT = 1e-9  # of the most ever held in a round trip


def window_of(run: Run) -> Window:
    """Begins with what was paid in on the first day: what the orders of that very close cost belongs to the next."""
    growth, invested = time_weighted(run.equity, run.inflow, run.outflow)
    value = run.equity.copy()
    value[0] = run.inflow[0] - run.outflow[0]
    growth[1] *= growth[0]
    return Window(
        run.market.days,
        Course(value, run.inflow, run.outflow, growth, invested),
        np.ones(len(value), dtype=bool),
    )


def figures(run: Run, window: Window, risk_free: float) -> dict[str, Any]:
    """What a page shows of the test itself; fractions, rates a year, None where undefined."""
    daily, days = window.returns_by_session, window.sampled_days
    has_flows = bool(run.inflow[1:].any() or run.outflow.any())
    months = by_period(window.index, run.market.axis, "M")
    return of_index(window, risk_free) | {
        "end_value": float(run.equity[-1]),
        "paid_in": float(run.inflow.sum()),
        "withdrawn": float(run.outflow.sum()),
        "gain": window.gain,
        "xirr": window.xirr if has_flows else None,
        "ulcer": math.sqrt(float(np.mean(underwater(window.index) ** 2))),
        "value_at_risk": float(np.percentile(daily, WORST)) if len(daily) else None,
        "best_day": _extreme(daily, days, np.argmax),
        "worst_day": _extreme(daily, days, np.argmin),
        "best_month": _month(months, largest=True),
        "worst_month": _month(months, largest=False),
        "time_in_market": float(run.invested.mean()),
        "turnover": turnover(run),
        "fees": run.fees,
        "orders": len(run.orders),
    }


def of_index(window: Window, risk_free: float) -> dict[str, Any]:
    """What a benchmark has as well."""
    returns = window.returns(risk_free)
    return {
        "end_value": float(window.daily.value[-1]),
        "twr": returns.twr,
        "twr_annualised": returns.twr_annualised,
        "cagr": returns.cagr,
        "max_drawdown": fall_as_data(returns.max_drawdown),
        "volatility": returns.volatility,
        "sharpe": returns.sharpe,
        "sortino": returns.sortino,
        "calmar": returns.calmar,
    }


def fall_as_data(fall: Fall | None) -> dict[str, Any] | None:
    if fall is None:
        return None
    days = {"peak": fall.peak, "trough": fall.trough, "recovery": fall.recovery}
    return {"depth": fall.depth} | {name: day.isoformat() if day else None for name, day in days.items()}


def by_period(index: np.ndarray, axis: np.ndarray, unit: str) -> dict[str, float]:
    """{"2015" (unit Y) or "2015-01" (M): return from the last evening before it to its own}; the ends may be parts."""
    names = axis.astype("datetime64[D]").astype(f"datetime64[{unit}]")
    last = np.append(np.flatnonzero(names[1:] != names[:-1]), len(names) - 1)
    before = np.concatenate([[0], last[:-1]])
    known = last > 0  # nothing is earned before the first evening
    returns = index[last[known]] / index[before[known]] - 1
    return dict(zip(names[last[known]].astype(str).tolist(), returns.tolist(), strict=True))


def turnover(run: Run) -> float | None:
    """A year: the smaller of what was bought and sold ÷ average equity."""
    years = (run.market.days[-1] - run.market.days[0]).days / DAYS_A_YEAR
    average = float(run.equity.mean())
    moved = [quantity * price for _, _, quantity, price, _ in run.orders]
    bought, sold = sum(m for m in moved if m > 0), -sum(m for m in moved if m < 0)
    return min(bought, sold) / average / years if average > 0 and years > 0 else None


def round_trips(run: Run) -> dict[str, Any] | None:
    """From nothing held to nothing held again, all costs included; None without one that has ended."""
    trips: list[tuple[float, int]] = []
    by_instrument: dict[int, list[Order]] = defaultdict(list)
    for order in run.orders:
        by_instrument[order[1]].append(order)
    for orders in by_instrument.values():
        trips += _trips(orders, run)
    if not trips:
        return None
    returns = [gained for gained, _ in trips]
    return {
        "count": len(trips),
        "won": sum(gained > 0 for gained in returns),
        "best": max(returns),
        "worst": min(returns),
        "mean_days": sum(days for _, days in trips) / len(trips),
    }


def _trips(orders: Sequence[Order], run: Run) -> list[tuple[float, int]]:
    """(return, calendar days) of each."""
    found, held, most, paid, received, since = [], 0.0, 0.0, 0.0, 0.0, 0
    for bar, _, quantity, price, fee in orders:
        if not held:
            since, most, paid, received = bar, 0.0, 0.0, 0.0
        held += quantity
        most = max(most, held)
        paid += max(quantity, 0.0) * price + (fee if quantity > 0 else 0.0)
        received += max(-quantity, 0.0) * price - (fee if quantity < 0 else 0.0)
        if abs(held) <= NOTHING_LEFT * most:
            held = 0.0
            found.append((received / paid - 1, int(run.market.axis[bar] - run.market.axis[since])))
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a result, by the index it was stored as."""

    start: date
    end: date
    twr: float
    twr_annualised: float | None
    depth: float | None
    volatility: float | None
    sharpe: float | None
    benchmark_twr: float | None


def divided(
    axis: np.ndarray, index: np.ndarray, benchmark: np.ndarray | None, day: date, risk_free: float = 0.0
) -> tuple[Part | None, Part | None]:
    """(up to the evening of a day, from then on): what was known when rules were chosen, and what came after.

    None: a part of less than two days. Indices are (T,) as in the curves; a benchmark's may be shorter.
    """
    last = int(np.searchsorted(axis, number(day), side="right"))
    before, after = slice(0, last), slice(max(last - 1, 0), None)
    return _part(axis, index, benchmark, before, risk_free), _part(axis, index, benchmark, after, risk_free)


def _part(
    axis: np.ndarray, index: np.ndarray, benchmark: np.ndarray | None, at: slice, risk_free: float
) -> Part | None:
    days, level = axis[at].astype("datetime64[D]").tolist(), index[at]
    if len(days) < FEWEST_DAYS or not level[0] > 0:
        return None
    other = None if benchmark is None else benchmark[at]
    has_other = other is not None and len(other) == len(level) and other[0] > 0
    daily, twr, fall = daily_returns(level), float(level[-1] / level[0]) - 1, max_drawdown(level)
    return Part(
        start=days[0],
        end=days[-1],
        twr=twr,
        twr_annualised=annualised(twr, (days[-1] - days[0]).days),
        depth=fall.depth if fall else None,
        volatility=volatility(daily),
        sharpe=sharpe(daily, risk_free),
        benchmark_twr=float(other[-1] / other[0]) - 1 if other is not None and has_other else None,
    )


def _extreme(daily: np.ndarray, days: Sequence[date], choose: Any) -> dict[str, Any] | None:
    if not len(daily) or not np.isfinite(daily).all():
        return None
    at = int(choose(daily))
    return {"date": days[at].isoformat(), "value": float(daily[at])}


def _month(months: dict[str, float], *, largest: bool) -> dict[str, Any] | None:
    if not months:
        return None
    name = max(months, key=lambda month: months[month] if largest else -months[month])
    return {"month": name, "value": months[name]}
