"""What a naive loop over days needs to know: prices by day, averages, Wilder's RSI, the calendar; in plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from charts.backtests.market import Listed
from charts.backtests.rules import Average, Every

EPOCH = date(1970, 1, 1)
Bar = tuple[float, float]  # open, close


class Instrument:
    def __init__(self, listed: Listed) -> None:
        self.symbol = listed.symbol
        self.bars: dict[int, Bar] = {
            int(d): (float(o), float(c)) for d, o, c in zip(listed.days, listed.opens, listed.closes, strict=True)
        }
        self.rates = (
            {int(d): float(c) for d, c in zip(listed.rate.days, listed.rate.closes, strict=True)}
            if listed.rate
            else {-(10**6): 1.0}
        )
        self.splits, self.dividends = listed.splits, listed.dividends

    def last(self, day: int) -> float | None:
        known = [d for d in self.bars if d <= day]
        return self.bars[max(known)][1] if known else None

    def rate(self, day: int) -> float | None:
        known = [d for d in self.rates if d <= day]
        return self.rates[max(known)] if known else None

    def worth(self, day: int) -> float | None:
        close, rate = self.last(day), self.rate(day)
        return None if close is None or rate is None else close * rate

    def closes(self, day: int) -> list[float]:
        return [self.bars[d][1] for d in sorted(self.bars) if d <= day]

    def lot(self, day: int) -> float:
        return math.prod(ratio for ex_day, ratio in self.splits if day < ex_day)


def average(closes: list[float], days: int, kind: Average) -> float | None:
    if len(closes) < days:
        return None
    if kind is Average.SIMPLE:
        return sum(closes[-days:]) / days
    value = sum(closes[:days]) / days
    for close in closes[days:]:
        value = close * 2 / (days + 1) + value * (1 - 2 / (days + 1))
    return value


def rsi(closes: list[float], days: int) -> float | None:
    moves = [b - a for a, b in pairwise(closes)]
    if len(moves) < days:
        return None
    gain = sum(max(m, 0) for m in moves[:days]) / days
    loss = sum(max(-m, 0) for m in moves[:days]) / days
    for m in moves[days:]:
        gain, loss = (gain * (days - 1) + max(m, 0)) / days, (loss * (days - 1) + max(-m, 0)) / days
    return 50.0 if gain + loss == 0 else (100.0 if loss == 0 else 100 - 100 / (1 + gain / loss))


def is_first(days: Sequence[date], at: int, every: Every) -> bool:
    return at == 0 or period(days[at], every) != period(days[at - 1], every)


def period(day: date, every: Every) -> tuple[int, int]:
    if every is Every.WEEK:
        return day.isocalendar()[:2]
    return day.year, {Every.MONTH: day.month, Every.QUARTER: (day.month + 2) // 3, Every.YEAR: 0}[every]


def as_date(day: int) -> date:
    return EPOCH + timedelta(days=day)


def back(day: int, months: int) -> int:
    """The same day of the month earlier; if there is none, the last of that month."""
    now = as_date(day)
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    for of_month in range(now.day, 0, -1):
        try:
            return (date(year, month + 1, of_month) - EPOCH).days
        except ValueError:
            continue
    raise AssertionError


def anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
