"""The periods figures are given for, and the evening each is measured from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

RANGES = ("1D", "1W", "1M", "3M", "YTD", "1Y", "3Y", "5Y", "10Y", "Max")
CHART_RANGES = ("1M", "3M", "YTD", "1Y", "5Y", "10Y", "Max")  # too short ones show nothing
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def range_start(name: str, days: Sequence[date]) -> date:
    """The day whose evening is the starting value, of a history with these days. Never before the first."""
    first, last = days[0], days[-1]
    match name:
        case "Max":
            return first
        case "1D":
            return days[-2] if len(days) > 1 else first
        case "1W":
            return max(first, last - WEEK)
        case "YTD":
            return max(first, date(last.year - 1, 12, 31))
        case _:
            return max(first, months_before(last, int(name[:-1]) * (12 if name.endswith("Y") else 1)))


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    month_end = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - DAY).day
    return date(year, month + 1, min(day.day, month_end))


def calendar_years(first: date, last: date) -> dict[str, tuple[date, date]]:
    """{"2024": (evening it is measured from, last day)}; the first and the last may be parts of a year."""
    return {
        str(year): (max(first, date(year - 1, 12, 31)), min(last, date(year, 12, 31)))
        for year in range(first.year, last.year + 1)
        if first < min(last, date(year, 12, 31))
    }


def calendar_months(first: date, last: date) -> dict[str, tuple[date, date]]:
    """{"2024-02": (evening it is measured from, last day)}."""
    months = {}
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        year, month = divmod(number, 12)
        begin = date(year, month + 1, 1) - DAY
        end = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - DAY
        if first < min(last, end):
            months[f"{year}-{month + 1:02}"] = (max(first, begin), min(last, end))
    return months
