"""A report as JSON: numbers, ISO dates, and null for what does not exist."""

from __future__ import annotations

from typing import Any

import orjson

from portfolios.performance.report import Against, Report, TradeReport
from portfolios.performance.risk import Comparison

AS_JSON = orjson.OPT_NON_STR_KEYS


def answer(report: Report, *, trades: bool = True) -> dict[str, Any]:
    """Plain values; without its trades if only prices have changed and they are known."""
    first = next(iter(report.against.values()), Against(None, None, Comparison(), None))
    parts = {
        "currency": report.currency,
        "period": [report.start, report.end],
        "account": report.chosen.account,
        "symbol": report.chosen.symbol,
        "class": report.chosen.group,
        "statement": report.statement,
        "total_gain": report.statement.total_gain,
        "returns": report.returns,
        "benchmark_twr": first.twr,
        "comparison": first.comparison,
        "benchmarks": report.against,
        "holdings": report.holdings,
        "contribution_of_cash": report.contribution_of_cash,
        **({"trades": [_trade(one) for one in report.trades]} if trades else {}),
        "cash": report.cash,
        "payments": report.payments,
        "daily_returns": report.daily_returns,
        "risk_free": report.risk_free,
    }
    whole: dict[str, Any] = plain(parts)
    for part in ("statement", "returns", "comparison"):
        whole |= whole.pop(part)
    for own in whole["benchmarks"].values():
        own.update(own.pop("comparison"))
    return whole


def _trade(one: TradeReport) -> dict[str, Any]:
    trade = one.trade
    return {
        "symbol": one.symbol,
        "account": one.account,
        "short": trade.short,
        "opened": trade.opened,
        "closed": trade.closed,
        "holding_days": trade.days,
        "quantity": trade.quantity,
        "cost": trade.cost,
        "proceeds": trade.proceeds,
        "gain": trade.gain,
        "gain_without_fees": trade.gain_gross,
    }


def plain(value: Any) -> Any:
    """Dataclasses as dicts, Decimals as floats, dates as text, and null for numbers that JSON does not have."""
    return orjson.loads(orjson.dumps(value, default=float, option=AS_JSON))
