import json
from dataclasses import replace

import numpy as np
import pytest

from charts.backtests.engine import simulate
from charts.backtests.market import Listed
from charts.backtests.result import Result, result
from charts.backtests.rules import Allocation, Crossover, Fill, Flow, Hold, Momentum, Request, Strategy
from tests.charts.backtests.given_prices import listed, market_of, weekdays

RANDOM = np.random.default_rng(7)
CLOSES = {symbol: list(50 * np.exp(np.cumsum(RANDOM.normal(0, 0.02, 600)))) for symbol in ("A", "B", "SPY")}
A, B, SPY = (listed(closes, symbol) for symbol, closes in CLOSES.items())


def made(request: Request, *known: Listed, benchmark: Listed | None = SPY) -> Result:
    market = market_of(*known)
    return result(request, market, simulate(request, market), benchmark)


@pytest.mark.parametrize("fill", list(Fill))
def test_holding_the_benchmark_is_the_benchmark(fill: Fill) -> None:
    found = made(Request(Hold({"SPY": 1.0}), fill=fill, flows=(Flow(100),)), SPY).report

    own, other = found["figures"], found["benchmark"]["figures"]
    lump = made(Request(Hold({"SPY": 1.0}), fill=fill), SPY).report
    assert lump["benchmark"]["figures"] == {name: lump["figures"][name] for name in other}
    assert found["benchmark"]["same_flows"]["end_value"] == pytest.approx(own["end_value"])
    assert found["benchmark"]["same_flows"]["xirr"] == pytest.approx(own["xirr"])
    assert lump["benchmark"]["beta"] == pytest.approx(1.0)
    assert lump["benchmark"]["tracking_error"] == pytest.approx(0.0, abs=1e-12)
    assert lump["benchmark"]["same_flows"] is None


@pytest.mark.parametrize(
    "strategy", [Hold({"A": 0.5, "B": 0.5}), Allocation({"A": 0.6, "B": 0.4}, band=0.05), Momentum(("A", "B"), 1, 2)]
)
@pytest.mark.parametrize("cash", [0.0, 1_000.0])
@pytest.mark.parametrize("amount", [100.0, -300.0])
def test_a_report_is_json_and_adds_up(strategy: Strategy, cash: float, amount: float) -> None:
    found = made(Request(strategy, cash=cash, flows=(Flow(amount),), risk_free=0.02), A, B).report

    assert json.loads(json.dumps(found, allow_nan=False)) == found
    figures = found["figures"]
    assert figures["gain"] == pytest.approx(figures["end_value"] + figures["withdrawn"] - figures["paid_in"], abs=1e-6)
    assert sum(one["value"] for one in found["holdings"]) == pytest.approx(figures["end_value"])
    if figures["twr"] is not None:
        months = np.prod([1 + one["return"] for one in found["months"]])
        assert months == pytest.approx(np.prod([1 + one["return"] for one in found["years"]]))
        assert months == pytest.approx(1 + figures["twr"])


def test_nothing_at_all_is_a_result_too() -> None:
    found = made(Request(Hold({"A": 1.0}), cash=0.0), A).report

    assert found["figures"]["end_value"] == 0.0
    assert found["figures"]["twr"] is None
    assert json.dumps(found, allow_nan=False)


def test_curves_and_trades_are_those_of_the_run() -> None:
    request = Request(Hold({"A": 1.0}), cash=1_000, flows=(Flow(100),))
    market = market_of(A)
    run = simulate(request, market)

    found = result(request, market, run, SPY)

    series = json.loads(found.curves)["series"]
    assert list(series) == ["value", "paid_in", "index", "benchmark_1", "in_fund"]
    assert series["benchmark_1"]["of"] == series["in_fund"]["of"] == "SPY"
    assert np.cumsum(series["value"]["d"]) / 100 == pytest.approx(run.equity, abs=0.0051)
    assert np.cumsum(series["paid_in"]["d"])[-1] / 100 == run.inflow.sum()
    day, symbol, quantity, price, amount, fee = found.trades[0]
    assert (day, symbol, fee) == (str(weekdays(2)[1]), "A", 0.0)
    assert amount == pytest.approx(quantity * price)


def test_a_benchmark_that_does_not_cover_the_test_is_left_out() -> None:
    young = replace(SPY, days=SPY.days[1:], opens=SPY.opens[1:], closes=SPY.closes[1:])
    gone = replace(SPY, days=SPY.days[:-20], opens=SPY.opens[:-20], closes=SPY.closes[:-20])

    for other, said in ((young, "begin on 2024-01-02, after"), (gone, "end on")):
        found = made(Request(Hold({"A": 1.0})), A, benchmark=other).report
        assert found["benchmark"] is None
        assert said in found["notes"][0]["message"]
    missing = made(Request(Hold({"A": 1.0})), A, benchmark=None).report["notes"]
    assert [note["message"] for note in missing] == ["There are no prices of SPY: it is not compared with."]
    assert made(Request(Hold({"A": 1.0}), benchmark=""), A, benchmark=None).report["notes"] == []


def test_round_trips_are_of_strategies_that_are_in_or_out() -> None:
    assert made(Request(Crossover("A", fast=5, slow=20)), A).report["figures"]["trips"]["count"] > 3
    assert made(Request(Hold({"A": 1.0})), A).report["figures"]["trips"] is None
