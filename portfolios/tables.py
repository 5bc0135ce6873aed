"""Tables of the pages as files: periods and years, drops, income, allocation; full digits, machine-readable dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .pages.allocation import AllocationPage
from .pages.performance import PerformancePage

Row = list[Any]


def performance_rows(page: PerformancePage) -> Iterable[Row]:
    """Ranges, years and months, one below the other."""
    yield ["period", "start", "end", "gain", "twr", "twr_annualised", "xirr"]
    months = page.snapshot.performance["months"].items()
    for name, period in [*page.periods, *page.years, *sorted(months, reverse=True)]:
        yield [name, *(period[key] for key in ("start", "end", "gain", "twr", "twr_annualised", "xirr"))]


def drop_rows(page: PerformancePage) -> Iterable[Row]:
    keys = ["depth", "peak", "trough", "recovery"]
    yield keys
    for fall in page.snapshot.performance["drawdowns"]:
        yield [fall[key] for key in keys]


def allocation_rows(page: AllocationPage) -> Iterable[Row]:
    yield ["group", "value", "weight", "target", "drift", "to_trade", "symbols"]
    for group in page.groups:
        yield [
            group.name, round(group.value, 4), *map(_rounded, (group.weight, group.target, group.drift)),
            None if group.to_trade is None else round(group.to_trade, 4), " ".join(group.symbols),
        ]  # fmt: skip


def income_rows(income: Mapping[str, Any]) -> Iterable[Row]:
    """What was received in each month, then what is to be expected."""
    yield ["date", "symbol", "amount", "estimated"]
    for month, amount in sorted(income.get("months", {}).items()):
        yield [month, "", round(amount, 4), False]
    for row in income.get("expected", ()):
        yield [row["date"], row["symbol"], round(row["amount"], 4), True]


def _rounded(value: Any) -> Any:
    return None if value is None else round(value, 6)
