import math

import numpy as np
import pytest

from portfolios.performance.risk import daily_returns, max_drawdown, sharpe, underwater, volatility

# Mean 0.005; squared deviations 0.000025 + 0.000225 + 0.000225 + 0.000025 = 0.0005, over 3.
RETURNS = np.array([0.01, -0.01, 0.02, 0.0])
DEVIATION = math.sqrt(0.0005 / 3)


def test_daily_returns_are_one_less_than_days() -> None:
    assert daily_returns(np.array([1.0, 1.1, 0.99])) == pytest.approx([0.1, -0.1])


def test_after_a_total_loss_there_is_no_return() -> None:
    returns = daily_returns(np.array([1.0, 0.0, 0.0]))

    assert returns[0] == -1.0
    assert np.isnan(returns[1])
    assert volatility(returns) is None
    assert sharpe(returns) is None


def test_volatility_is_the_sample_deviation_of_a_year() -> None:
    assert volatility(RETURNS) == pytest.approx(DEVIATION * math.sqrt(252))


def test_the_sharpe_ratio_is_mean_by_deviation_of_a_year() -> None:
    assert sharpe(RETURNS) == pytest.approx(0.005 / DEVIATION * math.sqrt(252))
    assert sharpe(RETURNS, risk_free=0.252) == pytest.approx((0.005 - 0.001) / DEVIATION * math.sqrt(252))


@pytest.mark.parametrize("returns", [[], [0.01]])
def test_fewer_than_two_returns_have_no_deviation(returns: list[float]) -> None:
    assert volatility(np.array(returns)) is None
    assert sharpe(np.array(returns)) is None


def test_without_variation_there_is_no_sharpe_ratio() -> None:
    assert volatility(np.full(9, 0.0)) == 0.0
    assert sharpe(np.full(9, 0.1)) is None  # rounding alone would give millions


def test_underwater_is_the_way_down_from_the_highest_so_far() -> None:
    assert underwater(np.array([1.0, 2.0, 1.5, 2.5, 0.0])) == pytest.approx([0.0, 0.0, -0.25, 0.0, -1.0])


def test_the_deepest_fall_has_a_peak_a_low_and_a_recovery() -> None:
    index = np.array([1.0, 1.2, 0.9, 1.1, 1.2, 1.3, 1.17])

    fall = max_drawdown(index)

    assert fall is not None
    assert fall.depth == pytest.approx(0.9 / 1.2 - 1)
    assert (fall.peak, fall.trough, fall.recovered) == (1, 2, 4)  # reached again is recovered


def test_a_fall_that_has_not_ended_is_not_recovered() -> None:
    fall = max_drawdown(np.array([1.0, 2.0, 1.0, 1.9]))

    assert fall is not None
    assert (fall.depth, fall.peak, fall.trough, fall.recovered) == (-0.5, 1, 2, None)


def test_an_index_that_only_rises_never_fell() -> None:
    fall = max_drawdown(np.array([1.0, 1.1, 1.2]))

    assert fall is not None
    assert fall.depth == 0.0


def test_where_an_index_ends_its_falls_end_too() -> None:
    fall = max_drawdown(np.array([1.0, 0.8, np.nan, np.nan]))

    assert fall is not None
    assert fall.depth == pytest.approx(-0.2)
    assert max_drawdown(np.array([np.nan])) is None


def test_losing_everything_is_a_fall_of_a_hundred_percent() -> None:
    fall = max_drawdown(np.array([1.0, 0.0, 0.0]))

    assert fall is not None
    assert (fall.depth, fall.recovered) == (-1.0, None)
