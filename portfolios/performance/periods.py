"""The ranges of a chart, and the day each is measured from."""

from __future__ import annotations

from datetime import date, timedelta

RANGES = ("1M", "3M", "YTD", "1Y", "5Y", "10Y", "Max")


def range_start(name: str, first: date, last: date) -> date:
    """The day a range is measured from: its evening is the starting value. Never before `first`."""
    if name == "Max":
        return first
    if name == "YTD":
        return max(first, date(last.year - 1, 12, 31))
    months = int(name[:-1]) * (12 if name.endswith("Y") else 1)
    year, month = divmod(last.year * 12 + last.month - 1 - months, 12)
    month_end = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return max(first, date(year, month + 1, min(last.day, month_end)))
