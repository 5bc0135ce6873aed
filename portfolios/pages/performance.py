"""Reads that answer the page of performance: all of it computed by a worker, put in order here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from charts.series.bars import Bar, Columns, Row, columns, rows
from charts.series.heatmap import Heatmap, heatmap
from portfolios.models import Portfolio, Snapshot
from portfolios.performance.periods import CHART_RANGES, RANGES
from portfolios.selectors import snapshot_of
from stocktracker import formats

MOST_FALLS, MOST_CONTRIBUTIONS = 10, 12
RISK = ("volatility", "sharpe", "sortino", "max_drawdown", "calmar")
AGAINST = ("beta", "alpha", "correlation", "tracking_error", "information_ratio", "up_capture", "down_capture")


@dataclass(frozen=True, slots=True)
class Benchmark:
    symbol: str
    figures: Mapping[str, Any]  # cases.answers of one benchmark
    ahead: float | None  # the portfolio's return a year less the benchmark's
    in_fund: float | None  # what the same payments would be worth
    more: float | None  # what the portfolio is worth beyond that


@dataclass(frozen=True, slots=True)
class PerformancePage:
    snapshot: Snapshot
    report: Mapping[str, Any]
    periods: list[tuple[str, Mapping[str, Any]]]
    years: list[tuple[str, Mapping[str, Any]]]
    months: Heatmap
    rolling: Columns
    falls: Sequence[Mapping[str, Any]]
    contributions: tuple[Row, ...]
    further: int  # contributions that are not shown
    accounts: Mapping[str, Mapping[str, Any]]
    benchmarks: list[Benchmark]
    real: Mapping[str, Any] | None

    @property
    def ranges(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Those long enough for a chart."""
        return [(name, period) for name, period in self.periods if name in CHART_RANGES]

    @property
    def risk(self) -> list[tuple[str, Any]]:
        return [(name, _depth(self.report.get(name))) for name in RISK]

    @property
    def against(self) -> list[tuple[str, Any]]:
        return [(name, self.report.get(name)) for name in AGAINST]


def performance(portfolio: Portfolio) -> PerformancePage | None:
    """None before the first figures. No query: it came with the row."""
    snapshot = snapshot_of(portfolio)
    if snapshot is None or not snapshot.performance:
        return None
    overview, report = snapshot.performance, snapshot.report
    years = overview["years"]
    contributions = _contributions(report)
    return PerformancePage(
        snapshot=snapshot,
        report=report,
        periods=[(name, snapshot.figures["periods"][name]) for name in RANGES if name in snapshot.figures["periods"]],
        years=sorted(years.items(), reverse=True),
        months=heatmap(_returns(overview["months"]), _returns(years)),
        rolling=columns(Bar(formats.month(date.fromisoformat(day)), value) for day, value in overview["rolling_year"]),
        falls=overview["drawdowns"][:MOST_FALLS],
        contributions=rows(contributions[:MOST_CONTRIBUTIONS]),
        further=max(0, len(contributions) - MOST_CONTRIBUTIONS),
        accounts=overview["accounts"],
        benchmarks=[_benchmark(symbol, own, report) for symbol, own in report["benchmarks"].items()],
        real=overview.get("real"),
    )


def _depth(value: Any) -> Any:
    return value["depth"] if isinstance(value, dict) else value


def _returns(periods: Mapping[str, Mapping[str, Any]]) -> dict[str, float | None]:
    return {name: period["twr"] for name, period in periods.items()}


def _contributions(report: Mapping[str, Any]) -> list[Bar]:
    """To the time-weighted return, over all accounts; what moved it most comes first."""
    sums: dict[str, float] = {}
    for row in report["holdings"]:
        if row["contribution"] is not None:
            sums[row["symbol"]] = sums.get(row["symbol"], 0.0) + row["contribution"]
    return [Bar(symbol, value) for symbol, value in sorted(sums.items(), key=lambda part: -abs(part[1]))]


def _benchmark(symbol: str, own: Mapping[str, Any], report: Mapping[str, Any]) -> Benchmark:
    mine, theirs = report.get("twr_annualised"), own.get("twr_annualised")
    in_fund = (own.get("same_money") or {}).get("value")
    return Benchmark(
        symbol,
        own,
        mine - theirs if mine is not None and theirs is not None else None,
        in_fund,
        report["value_end"] - in_fund if in_fund is not None else None,
    )
