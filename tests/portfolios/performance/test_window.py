from datetime import date, timedelta

import numpy as np
import pytest

from portfolios.performance.history import Course, time_weighted
from portfolios.performance.window import Window

START = date(2024, 1, 5)  # a Friday


def lived(
    value: list[float],
    put_in: list[float] | None = None,
    taken_out: list[float] | None = None,
    days: list[date] | None = None,
    sessions: list[bool] | None = None,
) -> Window:
    nothing = [0.0] * len(value)
    worth, inflow, outflow = (np.array(row, dtype=float) for row in (value, put_in or nothing, taken_out or nothing))
    growth, invested = time_weighted(worth, inflow, outflow)
    every = days or [START + timedelta(days=number) for number in range(len(value))]
    is_session = np.array(sessions or [True] * len(value))
    return Window(every, Course(worth, inflow, outflow, growth, invested), is_session)


def test_transactions_of_the_first_day_belong_to_its_value() -> None:
    found = lived([100.0, 110.0, 160.0], [100.0, 0.0, 50.0], [7.0, 0.0, 0.0])

    assert (found.gain, found.twr, found.length) == (10.0, pytest.approx(0.1), 2)
    assert found.index == pytest.approx([1.0, 1.1, 1.1])


def test_the_owner_s_payments_begin_with_what_there_was_and_end_with_what_is_left() -> None:
    found = lived([100.0, 90.0, 120.0], [5.0, 0.0, 0.0], [0.0, 20.0, 0.0])

    assert found.payments == [(START, -100.0), (START + timedelta(days=1), 20.0), (START + timedelta(days=2), 120.0)]


def test_a_total_loss_is_minus_a_hundred_percent_by_every_measure() -> None:
    found = lived([100.0, 0.0, 0.0]).returns()

    assert (found.twr, found.xirr, found.cagr) == (-1.0, -1.0, -1.0)
    assert found.max_drawdown is not None
    assert (found.max_drawdown.depth, found.max_drawdown.recovery) == (-1.0, None)
    assert (found.volatility, found.sharpe, found.sortino, found.calmar) == (None, None, None, -1.0)


def test_below_zero_nothing_is_linked_but_the_gain_is_known() -> None:
    found = lived([100.0, -20.0, 50.0])

    assert (found.twr, found.xirr, found.gain) == (None, None, -50.0)
    assert found.returns().volatility is None


@pytest.mark.parametrize("value", [[100.0], [0.0, 0.0]])
def test_a_day_alone_or_nothing_at_all_has_no_return(value: list[float]) -> None:
    found = lived(value)

    assert (found.twr, found.xirr, found.gain, found.drawdown) == (None, None, 0.0, None)
    assert len(found.returns_by_session) == 0
    assert found.level(np.ones(len(value))).tolist() == []


def test_only_sessions_have_daily_returns_and_what_a_weekend_made_is_monday_s() -> None:
    found = lived([100.0, 110.0, 110.0, 121.0], sessions=[True, False, False, True])

    assert found.returns_by_session == pytest.approx([0.21])
    assert found.sampled_days == [START + timedelta(days=3)]
    assert found.level(np.array([1.0, 9.0, 9.0, 1.5])) == pytest.approx([0.5])


def test_days_before_the_first_investment_are_no_returns_of_zero() -> None:
    found = lived([0.0, 0.0, 0.0, 99.0, 198.0], [0.0, 0.0, 0.0, 100.0, 0.0])

    assert found.returns_by_session == pytest.approx([-0.01, 1.0])
    assert found.sampled.tolist() == [2, 3, 4]


def test_the_deepest_fall_has_its_days() -> None:
    fall = lived([100.0, 120.0, 90.0, 120.0]).returns().max_drawdown

    assert fall is not None
    assert fall.depth == pytest.approx(-0.25)
    assert (fall.peak, fall.trough, fall.recovery) == tuple(START + timedelta(days=number) for number in (1, 2, 3))


def test_what_never_fell_has_a_fall_of_nothing() -> None:
    fall = lived([100.0, 120.0]).returns().max_drawdown

    assert fall is not None
    assert (fall.depth, fall.peak, fall.trough, fall.recovery) == (0.0, None, None, None)


def test_two_years_are_annualised_by_365_and_compounded_by_calendar_years() -> None:
    found = lived([100.0, 121.0], days=[date(2021, 1, 1), date(2023, 1, 1)]).returns()

    assert (found.twr_annualised, found.xirr) == (pytest.approx(0.1), pytest.approx(0.1))
    assert found.cagr == pytest.approx(1.21 ** (365.25 / 730) - 1)


def test_the_risk_free_rate_is_taken_off_the_ratios() -> None:
    window = lived([100.0, 101.0, 99.99, 101.9898, 101.9898])

    assert window.returns(0.252).sharpe == pytest.approx((0.005 - 0.001) / (0.0005 / 3) ** 0.5 * 252**0.5)
