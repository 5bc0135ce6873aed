"""What is kept of a run: a report in JSON, curves for a chart, and its trades."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from charts.series.encode import Series, encode
from portfolios.accounting.sentences import Sentence
from portfolios.performance.returns import money_weighted
from portfolios.performance.risk import compare, drawdowns
from portfolios.performance.window import Window

from .engine import Run, simulate
from .market import STOPPED, Listed, Market, alongside, iso
from .rules import ENGINE, Costs, Crossover, Hold, Request, Reversion
from .statistics import by_period, fall_as_data, figures, of_index, round_trips, window_of

CENTS, INDEX = 100, 10_000  # of a unit: what curves are kept to
DEEPEST = 10  # drawdowns in a report
OF_ALL = ("beta", "alpha", "correlation", "tracking_error", "information_ratio", "up_capture", "down_capture")


@dataclass(frozen=True, slots=True)
class Result:
    report: dict[str, Any]  # JSON: floats are finite or None, dates ISO
    curves: bytes  # charts.series.encode: value, paid_in, index, and of the benchmark benchmark_1, in_fund
    trades: list[list[Any]]  # [ISO day, symbol, quantity, price, amount, fee]; sold: quantity and amount below zero


@dataclass(frozen=True)
class Beside:
    """The benchmark in the place of the test: the same money, at no cost."""

    symbol: str
    window: Window
    same_flows: Run | None  # None: nothing was paid after the beginning


def result(request: Request, market: Market, run: Run, benchmark: Listed | None) -> Result:
    window = window_of(run)
    beside, notes = _benchmark(request, market, run, benchmark)
    report = {
        "engine": ENGINE,
        "period": {
            "start": window.start.isoformat(),
            "end": window.end.isoformat(),
            "asked_start": request.start.isoformat() if request.start else None,
            "asked_end": request.end.isoformat() if request.end else None,
            "sessions": len(window.days),
        },
        "currency": request.currency,
        "notes": [note.stored for note in (*run.notes, *notes)],
        "figures": figures(run, window, request.risk_free) | {"trips": _trips(request, run)},
        "benchmark": _compared(request, window, beside),
        "years": _periods("year", market.axis, window, beside),
        "months": _periods("month", market.axis, window, beside),
        "drawdowns": [fall_as_data(window.dated(fall)) for fall in drawdowns(window.index, DEEPEST)],
        "holdings": _holdings(run),
        "pending": [{"symbol": symbol, "side": side} for symbol, side in run.pending],
    }
    return Result(_finite(report), _curves(run, window, beside), _trades(run))


def _benchmark(
    request: Request, market: Market, run: Run, listed: Listed | None
) -> tuple[Beside | None, tuple[Sentence, ...]]:
    """On the days of the test, with its payments; left out, with a note, where it does not cover them."""
    if listed is None or not len(listed.days) or (listed.rate and not len(listed.rate.days)):
        return None, _no_prices(request)
    note = _uncovered(listed, market)
    if note is not None:
        return None, (note,)
    own = alongside(listed, market.axis)
    holding = replace(request, strategy=Hold({listed.symbol: 1.0}), costs=Costs(), flows=(), whole_shares=False)
    net = run.inflow - run.outflow
    net[0] -= request.cash
    flows = {int(market.axis[at]): float(net[at]) for at in np.flatnonzero(net)}
    window = window_of(simulate(holding if request.cash else replace(holding, cash=1.0), own))
    return Beside(listed.symbol, window, simulate(holding, own, flows) if flows else None), ()


def _no_prices(request: Request) -> tuple[Sentence, ...]:
    """Said only to whoever wanted to compare."""
    if not request.benchmark:
        return ()
    return (Sentence("There are no prices of {symbol}: it is not compared with.", symbol=request.benchmark),)


def _uncovered(listed: Listed, market: Market) -> Sentence | None:
    first, last = listed.first, listed.last
    if first > market.axis[0]:
        return Sentence(
            "Prices of {symbol} begin on {day}, after the test: it is not compared with.",
            symbol=listed.symbol,
            day=iso(first),
        )
    if last < market.axis[-1] - STOPPED:
        return Sentence(
            "Prices of {symbol} end on {day}, before the test: it is not compared with.",
            symbol=listed.symbol,
            day=iso(last),
        )
    return None


def _compared(request: Request, window: Window, beside: Beside | None) -> dict[str, Any] | None:
    if beside is None:
        return None
    level = window.level(beside.window.index)
    compared = compare(window.returns_by_session, level, window.sampled_days, request.risk_free)
    return {
        "symbol": beside.symbol,
        "figures": of_index(beside.window, request.risk_free) | ({} if request.cash else {"end_value": None}),
        **{name: getattr(compared, name) for name in OF_ALL},
        "same_flows": _same_flows(beside.same_flows),
    }


def _same_flows(run: Run | None) -> dict[str, Any] | None:
    """Of what it was able to pay: once the fund has run out, nothing."""
    if run is None:
        return None
    moved = run.outflow - run.inflow
    moved[-1] += run.equity[-1]
    at = [int(position) for position in np.flatnonzero(moved)]
    at += [len(moved) - 1] if at and at[-1] != len(moved) - 1 else []
    rate = money_weighted([run.market.days[one] for one in at], [float(moved[one]) for one in at]) if at else None
    ran_out = None if run.ran_out is None else iso(run.ran_out)
    return {"end_value": float(run.equity[-1]), "xirr": rate, "ran_out": ran_out}


def _periods(name: str, axis: np.ndarray, window: Window, beside: Beside | None) -> list[dict[str, Any]]:
    unit = "Y" if name == "year" else "M"
    own = by_period(window.index, axis, unit)
    other = by_period(beside.window.index, axis, unit) if beside else {}
    return [
        {name: int(period) if name == "year" else period, "return": value, "benchmark": other.get(period)}
        for period, value in own.items()
    ]


def _trips(request: Request, run: Run) -> dict[str, Any] | None:
    return round_trips(run) if isinstance(request.strategy, Crossover | Reversion) else None


def _holdings(run: Run) -> list[dict[str, Any]]:
    """What is held at the end, cash last, without a symbol; with whole shares, shares as traded then."""
    market, equity = run.market, float(run.equity[-1])
    closes = market.closes[-1].tolist()
    lots = [1.0] * len(closes) if market.lots is None else market.lots[-1].tolist()
    found = [
        (symbol, quantity / lot, quantity * close)
        for symbol, quantity, close, lot in zip(market.symbols, run.quantities, closes, lots, strict=True)
        if quantity
    ]
    found.append(("", float(run.cash[-1]), float(run.cash[-1])))
    return [
        {"symbol": symbol, "quantity": quantity, "value": value, "weight": value / equity if equity > 0 else None}
        for symbol, quantity, value in found
    ]


def _curves(run: Run, window: Window, beside: Beside | None) -> bytes:
    series = {
        "value": Series(run.equity, CENTS),
        "paid_in": Series(np.cumsum(run.inflow - run.outflow), CENTS),
        "index": Series(window.index, INDEX),
    }
    if beside is not None:
        series["benchmark_1"] = Series(beside.window.index, INDEX, beside.symbol)
        if beside.same_flows is not None:
            series["in_fund"] = Series(beside.same_flows.equity, CENTS, beside.symbol)
    return encode(run.market.axis, series)


def _trades(run: Run) -> list[list[Any]]:
    return [
        [iso(trade.day), trade.symbol, trade.quantity, trade.price, trade.quantity * trade.price, trade.fee]
        for trade in run.trades
    ]


def _finite(data: Any) -> Any:
    """JSON knows no NaN."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, Mapping):
        return {name: _finite(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_finite(value) for value in data]
    return data
