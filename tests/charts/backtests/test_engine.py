import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from charts.backtests.engine import simulate
from charts.backtests.market import number
from charts.backtests.request import read
from charts.backtests.rules import Allocation, Costs, Crossover, Every, Fill, Flow, Hold, Request, Untraded, symbols_of
from tests.charts.backtests.given_prices import listed, market_of, weekdays
from tests.real_history import real_history

GOLDEN_FOLDER = Path(__file__).parents[2] / "golden" / "backtests"
GOLDEN = sorted(GOLDEN_FOLDER.glob("engine-*.json"))
GOLDEN_BT = GOLDEN_FOLDER.glob("bt-*.json")
ONE = Hold({"A": 1.0})


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_was_computed_by_hand(path: Path) -> None:
    golden = json.loads(path.read_text())
    keys = ("strategy", "cash", "fill", "flows", "costs")
    days = [date.fromisoformat(day) for day in golden["days"]]
    request = read({name: golden[name] for name in keys if name in golden})
    known = [listed(closes, symbol, days=days) for symbol, closes in golden["closes"].items()]

    run = simulate(request, market_of(*known))

    expected, tolerance = golden["expected"], golden["tolerance"]
    assert run.equity == pytest.approx(expected["equity"], abs=tolerance * 1_000)
    if "orders" in expected:
        assert len(run.orders) == expected["orders"]
    if "quantities" in expected:
        assert run.quantities == pytest.approx(expected["quantities"])
        assert run.inflow.sum() == expected["paid_in"]
    if "held" in expected:
        bought = {number(day): symbol for day, symbol in zip(days, expected["held"], strict=True)}
        assert {trade.day: trade.symbol for trade in run.trades if trade.quantity > 0} == bought


@pytest.mark.parametrize(
    ("fill", "price", "bar"), [(Fill.NEXT_OPEN, 11.0, 1), (Fill.NEXT_CLOSE, 12.0, 1), (Fill.CLOSE, 10.0, 0)]
)
def test_an_order_is_filled_where_it_was_asked_for(fill: Fill, price: float, bar: int) -> None:
    market = market_of(listed([10, 12, 14], opens=[9, 11, 13]))

    run = simulate(Request(ONE, cash=1_000, fill=fill), market)

    assert [(trade.day, trade.price) for trade in run.trades] == [(int(market.axis[bar]), price)]
    assert run.equity[-1] == pytest.approx(1_000 / price * 14)
    assert run.invested.tolist() == [at >= bar for at in range(3)]


def test_a_decision_of_the_last_close_is_pending() -> None:
    closes = [10.0] * 6 + [9.0, 12.0]

    run = simulate(Request(Crossover("A", fast=1, slow=3)), market_of(listed(closes)))

    assert run.orders == []
    assert run.pending == (("A", "buy"),)
    assert simulate(Request(Crossover("A", fast=1, slow=3)), market_of(listed([*closes, 12.0]))).pending == ()


def test_a_band_is_looked_at_every_close_and_nothing_happens_within_it() -> None:
    closes = [10, 10, 10.5, 11, 13, 13, 13, 13]
    market = market_of(listed(closes), listed([10.0] * 8, "B"))

    run = simulate(Request(Allocation({"A": 0.5, "B": 0.5}, band=0.05), cash=1_000), market)

    assert [bar for bar, *_ in run.orders] == [1, 1, 5, 5]  # 13 ÷ 23 is more than 0.55: dealt a day later
    held = np.array(run.quantities) * market.closes[-1]
    assert held[0] == pytest.approx(held[1], rel=1e-12)


def test_a_band_is_found_however_late_it_is_left() -> None:
    closes = np.concatenate([np.full(500, 10.0), np.full(5, 20.0)])

    run = simulate(
        Request(Allocation({"A": 0.5, "B": 0.5}, band=0.1), fill=Fill.CLOSE),
        market_of(listed(list(closes)), listed([1.0] * 505, "B")),
    )

    assert [bar for bar, *_ in run.orders] == [0, 0, 500, 500]


def test_contributions_wait_while_a_signal_is_out() -> None:
    closes = [100.0 - at for at in range(48)]

    run = simulate(Request(Crossover("A", fast=1, slow=5), flows=(Flow(100),)), market_of(listed(closes)))

    assert run.orders == []
    assert run.cash[-1] == run.inflow.sum() > 10_000


def test_when_the_money_has_run_out_withdrawals_end() -> None:
    run = simulate(Request(ONE, cash=1_000, flows=(Flow(-400, Every.WEEK),)), market_of(listed([10.0] * 30)))

    assert run.outflow[run.outflow > 0].tolist() == [400, 400, 200]
    assert run.ran_out == int(run.market.axis[11])
    assert run.notes == ("On 2024-01-16 there was less than was to be taken out: all of it was, and nothing after.",)


def test_orders_left_out_are_told_once() -> None:
    costs = Costs(fixed=90)

    run = simulate(Request(ONE, cash=0, flows=(Flow(50, Every.WEEK),), costs=costs), market_of(listed([10.0] * 30)))

    assert len(run.notes) == 1
    assert "the first on 2024-01-02" in run.notes[0]
    assert run.equity[-1] == run.inflow.sum() - run.fees


def test_dated_payments_take_the_place_of_flows() -> None:
    monday = number(weekdays(1)[0])
    request = Request(ONE, cash=100, flows=(Flow(999),), fill=Fill.CLOSE)

    run = simulate(request, market_of(listed([10.0, 20, 20, 40])), {monday + 1: 50.0, monday + 2: -30.0})

    assert run.inflow.tolist() == [100, 50, 0, 0]
    assert run.outflow.tolist() == [0, 0, 30, 0]
    assert run.equity.tolist() == [100, 250, 220, 440]


def test_whole_shares_are_told_as_traded_and_dividends_are_paid_out() -> None:
    days = weekdays(5)
    one = listed([10, 10, 10, 10, 12], splits=((days[3], 4.0),), dividends=((days[2], 0.25),))
    request = Request(ONE, cash=1_030, fill=Fill.NEXT_OPEN, whole_shares=True)

    run = simulate(request, market_of(one, whole=True))

    assert [(trade.quantity, trade.price) for trade in run.trades] == [(25.0, 40.0)]
    assert run.quantities == (100.0,)
    assert run.cash.tolist() == [1_030, 30, 55, 55, 55]
    assert run.equity[-1] == 1_255


def test_a_dividend_on_a_day_on_which_only_another_traded_is_paid_once() -> None:
    days = weekdays(5)
    one = listed([10, 10, 10, 10], days=[*days[:2], *days[3:]], dividends=((days[2], 1.0),))
    other = listed([10] * 5, "B")
    request = Request(Allocation({"A": 0.5, "B": 0.5}, band=0.01), cash=1_000, fill=Fill.CLOSE, whole_shares=True)

    run = simulate(request, market_of(one, other, whole=True))

    assert run.equity.tolist() == [1_000, 1_000, 1_050, 1_050, 1_050]


def test_an_untraded_portfolio_must_come_as_what_it_held() -> None:
    with pytest.raises(TypeError):
        simulate(Request(Untraded(1, date(2024, 1, 1))), market_of(listed([1, 2, 3])))


@pytest.mark.parametrize("path", sorted(GOLDEN_BT), ids=lambda path: path.stem)
def test_another_engine_finds_the_same_of_real_prices(path: Path) -> None:
    golden = json.loads(path.read_text())
    request = read({"strategy": golden["strategy"], "costs": golden["costs"], "cash": 1_000_000, "fill": "close"})
    histories = {symbol: real_history(symbol) for symbol in symbols_of(request.strategy)}
    known = [listed(one.adjusted, symbol, days=[day for day, _ in one.rows]) for symbol, one in histories.items()]

    run = simulate(request, market_of(*known))

    found = dict(zip((day.isoformat() for day in run.market.days), run.equity.tolist(), strict=True))
    assert {day: found[day] for day in golden["equity"]} == pytest.approx(golden["equity"], rel=1e-9)
