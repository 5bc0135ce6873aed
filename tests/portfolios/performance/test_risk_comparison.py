"""Risk against a benchmark, month by month, and all falls of an index."""

from datetime import date, timedelta

import numpy as np
import pytest

from portfolios.performance.risk import (
    Comparison,
    Drawdown,
    calmar,
    captures,
    compare,
    drawdowns,
    monthly,
    rolling,
    sortino,
)  # fmt: skip

RETURNS, MARKET = np.array([0.01, -0.01, 0.02, 0.0]), np.array([0.02, -0.02, 0.02, -0.02])
DAYS = [date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 2)]


def test_the_sortino_ratio_counts_only_what_fell_but_over_all_days() -> None:
    downside = (0.01**2 / 4) ** 0.5

    assert sortino(RETURNS) == pytest.approx(0.005 * 252 / (downside * 252**0.5))
    assert sortino(np.array([0.01, 0.02])) is None  # nothing fell
    assert sortino(np.array([0.01])) is None


def test_beta_is_covariance_by_variance_and_alpha_what_it_leaves_over() -> None:
    found = compare(RETURNS, MARKET, DAYS)

    # deviations 0.005, −0.015, 0.015, −0.005 by 0.02, −0.02, 0.02, −0.02: 0.0008 ÷ 0.0016
    assert found.beta == pytest.approx(0.5)
    assert found.alpha == pytest.approx(0.005 * 252)
    assert found.correlation == pytest.approx(0.0008 / (0.0005 * 0.0016) ** 0.5)


def test_alpha_is_measured_above_the_risk_free_rate() -> None:
    found = compare(RETURNS, MARKET, DAYS, risk_free=0.252)

    assert found.alpha == pytest.approx(((0.005 - 0.001) - 0.5 * (0.0 - 0.001)) * 252)


def test_tracking_error_is_the_deviation_of_what_differs() -> None:
    found = compare(RETURNS, MARKET, DAYS)

    active = np.array([-0.01, 0.01, 0.0, 0.02])  # mean 0.005; squares 2.25, 0.25, 0.25, 2.25 × 1e-4
    deviation = (5e-4 / 3) ** 0.5
    assert found.tracking_error == pytest.approx(deviation * 252**0.5)
    assert found.information_ratio == pytest.approx(active.mean() / deviation * 252**0.5)


def test_against_itself_beta_is_one_and_there_is_nothing_to_track() -> None:
    found = compare(MARKET, MARKET, DAYS)

    assert (found.beta, found.alpha, found.tracking_error) == (pytest.approx(1), pytest.approx(0), 0.0)
    assert found.information_ratio is None


@pytest.mark.parametrize("returns", [[], [0.1], [0.1, np.nan]])
def test_what_has_no_returns_is_not_compared(returns: list[float]) -> None:
    own = np.array(returns)

    assert compare(own, np.zeros(len(own)), DAYS[: len(own)]) == Comparison()


def test_a_benchmark_that_stands_still_has_no_beta() -> None:
    found = compare(RETURNS, np.zeros(4), DAYS)

    assert (found.beta, found.alpha, found.correlation, found.up_capture) == (None, None, None, None)


def test_daily_returns_are_linked_by_calendar_month() -> None:
    assert monthly(RETURNS, DAYS) == pytest.approx([1.01 * 0.99 - 1, 0.02])
    assert monthly(np.array([]), []).tolist() == []


def test_the_same_month_of_two_years_is_two_months() -> None:
    assert len(monthly(np.array([0.1, 0.1]), [date(2023, 1, 31), date(2024, 1, 31)])) == 2


def test_up_and_down_capture_by_hand() -> None:
    # rising months: own 3 % and 1 %, the market 2 % and 4 %; falling: −1 % by −2 %; a still one counts for neither
    up, down = captures(np.array([0.03, -0.01, 0.01, 0.05]), np.array([0.02, -0.02, 0.04, 0.0]))

    assert up == pytest.approx(((1.03 * 1.01) ** 6 - 1) / ((1.02 * 1.04) ** 6 - 1))
    assert down == pytest.approx((0.99**12 - 1) / (0.98**12 - 1))


def test_without_a_falling_month_nothing_is_captured_of_one() -> None:
    assert captures(np.array([0.1]), np.array([0.1])) == (pytest.approx(1), None)


def test_falls_are_listed_deepest_first_each_until_its_peak_is_reached_again() -> None:
    index = np.array([1.0, 0.9, 1.0, 1.2, 0.6, 0.9, 1.2, 1.1])

    found = drawdowns(index)

    assert [(fall.peak, fall.trough, fall.recovered) for fall in found] == [(3, 4, 6), (0, 1, 2), (6, 7, None)]
    assert [fall.depth for fall in found] == pytest.approx([-0.5, -0.1, 1.1 / 1.2 - 1])
    assert len(drawdowns(index, deepest=1)) == 1
    assert drawdowns(np.array([1.0, 1.1])) == []


def test_the_calmar_ratio_is_growth_by_the_deepest_fall() -> None:
    fall = Drawdown(-0.2, 0, 1, None)

    assert calmar(0.1, fall) == pytest.approx(0.5)
    assert (calmar(None, fall), calmar(0.1, None), calmar(0.1, Drawdown(0.0, 0, 0, None))) == (None, None, None)


def test_a_rolling_year_ends_on_each_day_that_has_one() -> None:
    days = [date(2023, 2, 28), date(2023, 3, 1), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    index = np.array([1.0, 1.1, 1.2, 1.3, 1.65])

    assert rolling(index, days) == [
        (days[2], pytest.approx(0.2)), (days[3], pytest.approx(0.3)), (days[4], pytest.approx(0.5)),
    ]  # fmt: skip


def test_a_year_that_began_with_nothing_or_was_not_linked_does_not_roll() -> None:
    days = [date(2022, 1, 1), date(2023, 1, 1), date(2023, 1, 2) + timedelta(days=365)]

    assert rolling(np.array([0.0, 1.0, np.nan]), days) == []
