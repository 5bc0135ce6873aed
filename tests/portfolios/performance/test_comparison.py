from datetime import date

import numpy as np
import pytest

from portfolios.performance.comparison import in_todays_money, real_return, same_money

DAYS = [date(2023, 1, 1), date(2023, 7, 1), date(2024, 1, 1)]


def test_the_same_payments_in_a_fund_buy_and_sell_its_units_on_their_days() -> None:
    found = same_money(np.array([10.0, 20.0, 25.0]), np.array([100.0, 0, 0]), np.array([0, 60.0, 0]), 300.0, DAYS)

    assert found.value.tolist() == [100.0, 140.0, 175.0]  # ten units, three of them sold at 20
    assert found.ran_out is None


def test_the_kaplan_schoar_ratio_by_hand() -> None:
    # 100 in at level 100 and 50 out at 110 of a fund that ends at 121; 80 are left:
    # (50 × 121/110 + 80) ÷ (100 × 121/100) = 135 ÷ 121
    found = same_money(np.array([100.0, 110.0, 121.0]), np.array([100.0, 0, 0]), np.array([0, 50.0, 0]), 80.0, DAYS)

    assert found.kaplan_schoar == pytest.approx(135 / 121)


def test_the_fund_itself_has_a_ratio_of_one() -> None:
    level, inflow = np.array([10.0, 8.0, 12.0]), np.array([100.0, 40.0, 0.0])

    found = same_money(level, inflow, np.zeros(3), 100 * 1.2 + 40 * 1.5, DAYS)

    assert found.kaplan_schoar == pytest.approx(1.0)


def test_a_withdrawal_of_more_than_there_is_leaves_nothing_and_names_its_day() -> None:
    found = same_money(np.array([10.0, 5.0, 9.0]), np.array([100.0, 0, 20.0]), np.array([0, 60.0, 0]), 50.0, DAYS)

    assert (found.ran_out, found.value.tolist()) == (DAYS[1], [100.0, 0.0, 0.0])
    assert found.kaplan_schoar == pytest.approx((60 * 9 / 5 + 50) / (90 + 20))


def test_taking_out_exactly_everything_is_not_running_out() -> None:
    found = same_money(np.array([3.0, 7.0, 7.0]), np.array([1.0, 0, 0]), np.array([0, 7 / 3, 0]), 0.0, DAYS)

    assert found.ran_out is None
    assert found.value[-1] == pytest.approx(0.0, abs=1e-12)


def test_without_a_level_or_a_payment_there_is_nothing_to_compare() -> None:
    nothing = np.zeros(3)

    assert same_money(np.array([0.0, 1.0, 1.0]), nothing, nothing, 1.0, DAYS).kaplan_schoar is None
    assert same_money(np.ones(3), nothing, nothing, 1.0, DAYS).kaplan_schoar is None


def test_money_of_a_year_ago_is_worth_more_of_todays() -> None:
    values = in_todays_money(np.array([100.0, 100.0, 100.0]), DAYS, 0.05)

    assert values == pytest.approx([105.0, 100 * 1.05 ** (184 / 365), 100.0])


def test_a_real_return_is_what_inflation_leaves() -> None:
    assert real_return(0.155, 730, 0.05) == pytest.approx(1.155 / 1.1025 - 1)
    assert real_return(None, 730, 0.05) is None
