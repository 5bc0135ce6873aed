from datetime import date

import numpy as np
import pytest

from charts.backtests.engine import simulate
from charts.backtests.market import number
from charts.backtests.rules import Costs, Crossover, Fill, Flow, Hold, Request
from charts.backtests.statistics import by_period, divided, figures, round_trips, turnover, window_of
from tests.charts.backtests.given_prices import listed, market_of, weekdays

ONE = Hold({"A": 1.0})


def test_costs_of_the_very_first_close_are_part_of_the_return() -> None:
    request = Request(ONE, cash=1_000, fill=Fill.CLOSE, costs=Costs(rate=0.01))

    window = window_of(simulate(request, market_of(listed([10, 10, 12]))))

    assert window.index.tolist() == pytest.approx([1, 1 / 1.01, 1.2 / 1.01])
    assert window.gain == pytest.approx(1_200 / 1.01 - 1_000)


def test_payments_are_no_return() -> None:
    request = Request(ONE, cash=1_000, fill=Fill.CLOSE, flows=(Flow(500), Flow(-100)))
    run = simulate(request, market_of(listed([10.0] * 23 + [11.0] * 10)))

    found = figures(run, window_of(run), 0.0)

    assert found["twr"] == pytest.approx((1_400 * 1.1 + 500) / (1_400 + 500) - 1)  # money in cash until the close
    assert (found["paid_in"], found["withdrawn"]) == (2_000, 200)
    assert found["gain"] == pytest.approx(run.equity[-1] - 1_800)
    assert found["xirr"] is not None
    assert figures(simulate(Request(ONE), run.market), window_of(run), 0.0)["xirr"] is None


def test_figures_of_days_and_months_are_dated() -> None:
    run = simulate(Request(ONE, fill=Fill.CLOSE), market_of(listed([10.0] * 21 + [9, 9, 9.9, 9.9])))

    found = figures(run, window_of(run), 0.0)

    assert found["worst_day"] == {"date": "2024-01-30", "value": pytest.approx(-0.1)}
    assert found["best_day"] == {"date": "2024-02-01", "value": pytest.approx(0.1)}
    assert found["best_month"] == {"month": "2024-02", "value": pytest.approx(0.1)}
    assert found["worst_month"] == {"month": "2024-01", "value": pytest.approx(-0.1)}
    assert found["max_drawdown"]["depth"] == pytest.approx(-0.1)
    assert found["time_in_market"] == 1.0


def test_a_period_earns_from_the_evening_before_it() -> None:
    axis = np.array([number(date(2023, 12, 29)), number(date(2024, 1, 2)), number(date(2025, 1, 2))])

    assert by_period(np.array([1.0, 1.5, 3.0]), axis, "Y") == {"2024": 0.5, "2025": 1.0}


def test_turnover_is_the_smaller_side_by_the_average_of_a_year() -> None:
    closes = [10.0, 9, 10, 11, 9, 8, 10, 11, 9]
    run = simulate(Request(Crossover("A", fast=1, slow=2), fill=Fill.CLOSE), market_of(listed(closes)))

    sold = sum(-quantity * price for _, _, quantity, price, _ in run.orders if quantity < 0)

    assert turnover(run) == pytest.approx(sold / run.equity.mean() / (10 / 365.25))


def test_round_trips_count_their_costs() -> None:
    closes = [10.0, 9, 10, 11, 9, 8, 10, 10, 9, 12]  # bought at 10, sold at 9, twice; bought at 12
    request = Request(Crossover("A", fast=1, slow=2), fill=Fill.CLOSE, costs=Costs(rate=0.01))

    found = round_trips(simulate(request, market_of(listed(closes))))

    assert found is not None
    assert (found["count"], found["won"]) == (2, 0)
    assert found["worst"] == pytest.approx(9 * 0.99 / (10 * 1.01) - 1)
    assert found["best"] == pytest.approx(max(9 * 0.99, 10 * 0.99) / 10.1 - 1)
    assert round_trips(simulate(Request(ONE), market_of(listed(closes)))) is None


def test_a_result_is_divided_on_the_evening_of_a_day() -> None:
    days = weekdays(6)
    axis = np.array([number(day) for day in days])
    index, benchmark = np.array([1, 1.1, 1.2, 1.2, 0.6, 0.9]), np.array([1, 1, 2, 2, 2, 3.0])

    before, after = divided(axis, index, benchmark, days[2])

    assert before is not None
    assert after is not None
    assert (before.start, before.end, after.start, after.end) == (days[0], days[2], days[2], days[5])
    assert (before.twr, after.twr) == (pytest.approx(0.2), pytest.approx(-0.25))
    assert (before.benchmark_twr, after.benchmark_twr) == (1.0, 0.5)
    assert after.depth == pytest.approx(-0.5)


def test_a_part_of_one_day_is_none() -> None:
    days = weekdays(3)
    axis, index = np.array([number(day) for day in days]), np.array([1, 1.1, 1.2])

    assert divided(axis, index, None, days[0])[0] is None
    assert divided(axis, index, None, days[2])[1] is None
    assert divided(axis, index, np.array([1.0, 1.1]), days[0])[1].benchmark_twr is None  # type: ignore[union-attr]  # it is there
