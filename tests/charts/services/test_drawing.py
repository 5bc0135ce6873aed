import gzip
import json
from datetime import date

import numpy as np
import pytest

from charts.models import Chart
from charts.services.drawing import draw, erase_charts, store_chart
from portfolios.accounting.entries import Kind
from portfolios.inputs import read_inputs
from portfolios.models import Portfolio
from portfolios.performance.book import day_number
from portfolios.services.snapshots import Computed, compute
from tests.portfolios.given import NOW, bars, listed, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def computed(portfolio: Portfolio) -> Computed:
    """10 shares for 1,000, worth 1,100 the day after; 5 are sold then for 550."""
    share, portfolio.benchmark = listed("AAPL"), listed("SPY")
    bars(share, {"2024-06-03": 100.0, "2024-06-04": 110.0})
    bars(portfolio.benchmark, {"2024-06-03": 400.0, "2024-06-04": 420.0})
    typed(portfolio, Kind.BUY, "2024-06-03", share, "10", price="100")
    typed(portfolio, Kind.SELL, "2024-06-04", share, "5", price="110")
    return compute(read_inputs(portfolio), date(2024, 6, 5))


def series(payload: bytes) -> dict[str, list[float]]:
    wire = json.loads(gzip.decompress(payload))
    return {name: (np.cumsum(s["d"]) / s["scale"]).tolist() for name, s in wire["series"].items()}


def test_the_chart_has_value_money_paid_in_and_both_indices(computed: Computed) -> None:
    payload = draw(computed)

    assert series(payload) == {
        "value": [1000.0, 550.0], "paid_in": [1000.0, 450.0], "index": [1.0, 1.1], "benchmark_1": [1.0, 1.05],
        "in_fund": [1000.0, 500.0],  # 1,050 less the 550 taken out
    }  # fmt: skip
    assert json.loads(gzip.decompress(payload))["t"] == [day_number(date(2024, 6, 3)), 1]


def test_each_benchmark_has_its_line_and_says_whose_it_is(computed: Computed, portfolio: Portfolio) -> None:
    funds = {symbol: listed(symbol) for symbol in ("QQQ", "VT", "NEW")}
    bars(funds["QQQ"], {"2024-06-03": 50.0, "2024-06-04": 60.0})
    bars(funds["VT"], {"2024-06-03": 80.0, "2024-06-04": 76.0})
    bars(funds["NEW"], {"2024-07-01": 10.0})  # it began later: there is nothing to compare with
    portfolio.more_benchmarks.set(funds.values())

    payload = draw(compute(read_inputs(portfolio), date(2024, 6, 5)))

    drawn, wire = series(payload), json.loads(gzip.decompress(payload))["series"]
    lines = {name: (wire[name]["of"], drawn[name]) for name in wire if name.startswith("benchmark")}
    assert lines["benchmark_1"] == ("SPY", [1.0, 1.05])
    assert sorted(lines.values())[:2] == [("QQQ", [1.0, 1.2]), ("SPY", [1.0, 1.05])]
    assert ("VT", [1.0, 0.95]) in lines.values()
    assert len(lines) == 3
    assert wire["in_fund"]["of"] == "SPY"


def test_the_same_history_is_drawn_the_same(computed: Computed) -> None:
    assert draw(computed) == draw(computed)


def test_without_a_benchmark_there_is_one_line_less(computed: Computed, portfolio: Portfolio) -> None:
    portfolio.benchmark = None

    payload = draw(compute(read_inputs(portfolio), date(2024, 6, 5)))

    assert set(series(payload)) == {"value", "paid_in", "index"}


def test_a_chart_is_stored_once_and_replaced(portfolio: Portfolio) -> None:
    store_chart(portfolio, b"old", NOW)
    store_chart(portfolio, b"new", NOW)

    chart = Chart.objects.get()
    assert (chart.name, bytes(chart.payload), chart.drawn_at) == ("main", b"new", NOW)


def test_charts_are_erased_for_one_portfolio_only(portfolio: Portfolio) -> None:
    other = Portfolio.objects.create(owner=portfolio.owner, name="Other")
    for mine in (portfolio, other):
        store_chart(mine, b"x", NOW)

    erase_charts(portfolio)

    assert list(Chart.objects.values_list("portfolio", flat=True)) == [other.pk]
