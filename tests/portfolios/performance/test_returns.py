from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.performance.returns import annualised, compound_growth, linked, money_weighted

START = date(2020, 1, 1)


def after(days: int) -> date:
    return START + timedelta(days=days)


def test_the_growth_of_each_day_is_linked() -> None:
    assert linked(np.array([1.1, 1.1])) == pytest.approx(0.21)
    assert linked(np.array([])) == 0.0
    assert linked(np.array([0.5, 0.0, 2.0])) == -1.0


def test_what_cannot_be_linked_has_no_return() -> None:
    assert linked(np.array([1.1, np.nan, 1.1])) is None


@pytest.mark.parametrize(
    ("total", "days", "growth"),
    [
        (0.21, 730.5, 0.10),
        (0.10, 36.525, 1.1**10 - 1),  # whatever the number of days
        (-1.0, 30, -1.0),
        (1e300, 1, None),
        (0.1, 0, None),
        (None, 30, None),
    ],
)
def test_compound_growth_is_by_calendar_years(total: float | None, days: float, growth: float | None) -> None:
    found = compound_growth(total, days)  # type: ignore[arg-type]  # parts of a day make round examples

    assert found == (None if growth is None else pytest.approx(growth))


@pytest.mark.parametrize(
    ("total", "days", "annual"),
    [
        (0.21, 730, 0.10),  # 1.10² = 1.21
        (0.10, 365, 0.10),
        (0.10, 90, 0.10),  # shorter than a year: not annualised
        (-0.19, 730, -0.10),  # 0.9² = 0.81
        (-1.0, 800, -1.0),
        (None, 800, None),
    ],
)
def test_only_more_than_a_year_is_annualised(total: float | None, days: int, annual: float | None) -> None:
    assert annualised(total, days) == (None if annual is None else pytest.approx(annual))


def test_the_textbook_example_of_xirr() -> None:
    # Microsoft's page on Excel's XIRR: "The internal rate of return (0.373362535 or 37.34%)"
    days = [date(2008, 1, 1), date(2008, 3, 1), date(2008, 10, 30), date(2009, 2, 15), date(2009, 4, 1)]

    assert money_weighted(days, [-10_000, 2_750, 4_250, 3_250, 2_750]) == pytest.approx(0.373362535, abs=1e-8)


def test_a_doubling_in_a_year_is_a_hundred_percent() -> None:
    assert money_weighted([START, after(365)], [-1000, 2000]) == pytest.approx(1.0)


def test_of_two_rates_the_one_nearer_to_zero_is_taken() -> None:
    # −100 + 230/1.1 − 132/1.1² = 0, and the same at 20 %
    assert money_weighted([START, after(365), after(730)], [-100, 230, -132]) == pytest.approx(0.10)


def test_years_between_leap_days_are_actual_days_by_365() -> None:
    days = [date(2004, 2, 29), date(2024, 2, 29)]

    assert (days[1] - days[0]).days == 20 * 365 + 5
    assert money_weighted(days, [-1000, 2653.2977]) == pytest.approx(2.6532977 ** (365 / 7305) - 1, abs=1e-9)


def test_a_few_good_days_have_a_rate_of_thousands() -> None:
    assert money_weighted([START, after(3)], [-100, 110]) == pytest.approx(1.1 ** (365 / 3) - 1)


def test_a_total_loss_is_minus_a_hundred_percent() -> None:
    assert money_weighted([START, after(200)], [-1000, 0.0]) == -1.0


def test_half_of_it_lost_within_days_has_a_rate_too() -> None:
    days = [START, after(345), after(365)]  # pyxirr 0.10 finds none

    rate = money_weighted(days, [-10, -5515, 5525 / 2])

    # 10 × x + 5515 × x^(20/365) = 2762.5 at x = 3.28e-6: the older 10 no longer count
    assert rate == pytest.approx((2762.5 / 5515) ** (365 / 20) - 1, abs=1e-9)


@pytest.mark.parametrize(
    ("days", "flows"),
    [
        ([START, START], [-1000, 1100]),  # bought today
        ([START, after(10)], [1000, 100]),  # nothing was ever put in
        ([START, after(10)], [-1000, -100]),  # what is left is a debt
        ([START], [0.0]),
    ],
)
def test_without_a_change_of_sign_or_of_day_there_is_no_rate(days: list[date], flows: list[float]) -> None:
    assert money_weighted(days, flows) is None


@settings(max_examples=100, deadline=None)
@given(
    paid=st.lists(st.integers(10, 10_000), min_size=1, max_size=6),
    gaps=st.lists(st.integers(20, 700), min_size=7, max_size=7),
    growth=st.floats(0.5, 3.0),
)
def test_at_the_rate_found_everything_paid_in_grows_to_what_is_there(
    paid: list[int], gaps: list[int], growth: float
) -> None:
    days = [after(sum(gaps[: number + 1])) for number in range(len(paid) + 1)]
    end = sum(paid) * growth

    rate = money_weighted(days, [*(-float(money) for money in paid), end])

    assert rate is not None
    grown = sum(money * (1 + rate) ** ((days[-1] - day).days / 365) for money, day in zip(paid, days, strict=False))
    assert grown == pytest.approx(end, rel=1e-6)
    assert all(earlier < later for earlier, later in pairwise(days))
