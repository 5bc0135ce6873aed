"""Small markets to test with: bars on weekdays, or on the days that are given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from charts.backtests.market import Listed, Market, Rate, market, number

MONDAY = date(2024, 1, 1)


def weekdays(count: int, first: date = MONDAY) -> list[date]:
    days = (first + timedelta(days=ahead) for ahead in range(count * 2 + 7))
    return [day for day in days if day.weekday() < 5][:count]


def listed(
    closes: Sequence[float],
    symbol: str = "A",
    *,
    opens: Sequence[float] | None = None,
    days: Sequence[date] | None = None,
    rate: Rate | None = None,
    splits: tuple[tuple[date, float], ...] = (),
    dividends: tuple[tuple[date, float], ...] = (),
) -> Listed:
    days = weekdays(len(closes)) if days is None else days
    return Listed(
        symbol,
        np.array([number(day) for day in days], dtype=np.int32),
        np.array(closes if opens is None else opens, dtype=float),
        np.array(closes, dtype=float),
        rate,
        tuple((number(day), ratio) for day, ratio in splits),
        tuple((number(day), amount) for day, amount in dividends),
    )


def market_of(*instruments: Listed, whole: bool = False) -> Market:
    return market(instruments, None, None, whole=whole)


def rates(closes: Sequence[float], days: Sequence[date]) -> Rate:
    return Rate(np.array([number(day) for day in days], dtype=np.int32), np.array(closes, dtype=float))
