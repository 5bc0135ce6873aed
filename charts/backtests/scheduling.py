"""When something is due: first bars of periods, and the bars on which payments arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from .market import Market, number
from .rules import Every, Fill, Flow

MONDAY = 3  # 1970-01-01 was a Thursday


@dataclass(slots=True)
class Payments:
    """What arrives and what is to leave, by the bar of the axis on which it does."""

    inflow: dict[int, float] = field(default_factory=dict)
    outflow: dict[int, float] = field(default_factory=dict)

    def add(self, bar: int, amount: float) -> None:
        side = self.inflow if amount > 0 else self.outflow
        side[bar] = side.get(bar, 0.0) + abs(amount)


def periods(days: np.ndarray, every: Every) -> np.ndarray:
    """A number for the week, month, quarter or year of each day since 1970-01-01; weeks begin on Monday."""
    if every is Every.WEEK:
        weeks: np.ndarray = (days.astype(np.int64) + MONDAY) // 7
        return weeks
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    divisor = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[every]
    found: np.ndarray = months // divisor
    return found


def firsts(days: np.ndarray, every: Every) -> np.ndarray:
    """Positions of the first day of each period, the very first day among them."""
    if not len(days):
        return np.empty(0, dtype=np.int64)
    period = periods(days, every)
    return np.concatenate([[0], np.flatnonzero(period[1:] != period[:-1]) + 1])


def fills(market: Market, fill: Fill) -> np.ndarray:
    """(K,) the bar on which a decision at each common bar is filled; T where that is beyond the data."""
    if fill is Fill.CLOSE:
        return market.common
    return np.append(market.common[1:], len(market.axis))


def payments_of(flows: Sequence[Flow], market: Market, fill: Fill) -> Payments:
    """Each flow on the first common bar of its periods, the first one as soon as it may; it arrives when filled."""
    due, filled = Payments(), fills(market, fill)
    days = market.axis[market.common]
    for flow in flows:
        begin = 0 if flow.since is None else int(np.searchsorted(days, number(flow.since)))
        stop = len(days) if flow.until is None else int(np.searchsorted(days, number(flow.until), side="right"))
        at = firsts(days[begin:stop], flow.every) + begin
        for position, amount in zip(
            at.tolist(), _amounts(flow, [market.days[market.common[k]] for k in at]), strict=True
        ):
            if amount and filled[position] < len(market.axis):
                due.add(int(filled[position]), amount)
    return due


def dated(amounts: Mapping[int, float], market: Market) -> Payments:
    """{day: amount} on these days, or on the next common bar; those after the last one never arrive."""
    due, days = Payments(), market.axis[market.common]
    for day, amount in sorted(amounts.items()):
        position = int(np.searchsorted(days, day))
        if amount and position < len(days):
            due.add(int(market.common[position]), amount)
    return due


def _amounts(flow: Flow, days: Sequence[date]) -> list[float]:
    """Raised on every anniversary of the first payment."""
    if not flow.growth:
        return [flow.amount] * len(days)
    return [flow.amount * (1 + flow.growth) ** _whole_years(days[0], day) for day in days]


def _whole_years(since: date, day: date) -> int:
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))
