from dataclasses import asdict
from datetime import date, timedelta

import numpy as np
import pytest

from portfolios.performance.history import History, time_weighted
from portfolios.performance.summary import summarise


def lived(
    value: list[float], put_in: list[float], taken_out: list[float] | None = None, income: list[float] | None = None
) -> History:
    nothing = [0.0] * len(value)
    worth, inflow, outflow = (np.array(row) for row in (value, put_in, taken_out or nothing))
    return History(
        value=worth,
        securities=worth,
        invested=np.array(nothing),
        inflow=inflow,
        outflow=outflow,
        income=np.array(income or nothing),
        index=time_weighted(worth, inflow, outflow),
        quantity=np.array([]),
    )


def days(*text: str) -> list[date]:
    return [date.fromisoformat(day) for day in text]


def test_gain_is_value_plus_taken_out_minus_put_in() -> None:
    history = lived([1000.0, 1100.0, 700.0], [990.0, 50.0, 0.0], [0.0, 0.0, 500.0])

    found = summarise(days("2024-01-02", "2024-01-03", "2024-01-04"), history, None)

    assert (found.value, found.put_in, found.paid_in) == (700.0, 1040.0, 540.0)
    assert found.gain == 160.0
    assert found.gain_rate == pytest.approx(160 / 1040)
    assert (found.first, found.last) == (date(2024, 1, 2), date(2024, 1, 4))


def test_two_years_are_annualised_and_so_is_the_benchmark() -> None:
    history = lived([1000.0, 1210.0], [1000.0, 0.0])

    found = summarise(days("2022-01-01", "2024-01-01"), history, np.array([50.0, 72.0]))

    assert found.twr_annual == pytest.approx(0.10)
    assert found.benchmark_annual == pytest.approx(0.20)
    assert found.xirr == pytest.approx(0.10)


def test_a_period_counts_only_what_happened_after_its_evening() -> None:
    axis = days("2023-12-28", "2023-12-29", "2024-01-02", "2024-01-31")
    history = lived([1000.0, 1200.0, 2300.0, 2415.0], [1000.0, 100.0, 1100.0, 0.0])

    found = summarise(axis, history, None).periods

    # this year: from 1,200 in the evening of 29 December, with what came that day; 1,100 more came on 2 January
    assert (found["YTD"].start, found["YTD"].gain) == (date(2023, 12, 31), 115.0)
    assert found["YTD"].twr == pytest.approx(0.05)
    # past month: from the evening of 31 December, when the last price is that of the 29th
    assert found["1M"].gain == 115.0
    # a portfolio younger than its range: everything since the first purchase
    for name in ("1Y", "5Y", "10Y", "Max"):
        assert (found[name].start, found[name].gain) == (date(2023, 12, 28), 215.0)
        assert found[name].twr == pytest.approx(12 / 11 * 1.05 - 1)


def test_the_cost_of_the_first_purchase_counts_since_the_beginning() -> None:
    history = lived([990.0, 990.0], [1000.0, 0.0])

    found = summarise(days("2024-01-02", "2024-01-03"), history, None)

    assert found.periods["Max"].gain == -10.0
    assert found.periods["Max"].twr == found.twr_annual == pytest.approx(-0.01)


def test_income_of_twelve_months_is_that_of_the_last_365_days() -> None:
    axis = days("2022-01-03", "2023-06-01", "2023-06-02", "2024-05-31")
    history = lived([100.0] * 4, [100.0, 0, 0, 0], income=[50.0, 8.0, 4.0, 2.0])

    found = summarise(axis, history, None)

    assert axis[-1] - axis[1] == timedelta(days=365)  # a year ago to the day: before the window
    assert found.income_year == 6.0
    assert found.income_yield == pytest.approx(0.06)


def test_income_of_the_first_day_is_forgotten_after_a_year() -> None:
    history = lived([100.0, 100.0], [100.0, 0], income=[50.0, 1.0])

    assert summarise(days("2022-01-03", "2024-05-31"), history, None).income_year == 1.0
    assert summarise(days("2024-01-03", "2024-05-31"), history, None).income_year == 51.0


def test_the_largest_drop_names_the_day_of_its_low() -> None:
    history = lived([100.0, 80.0, 120.0, 110.0], [100.0, 0, 0, 0])

    found = summarise([date(2024, 1, n) for n in (2, 3, 4, 5)], history, None)

    assert (found.drawdown, found.drawdown_low) == (pytest.approx(-0.2), date(2024, 1, 3))


def test_a_day_below_zero_ends_every_linked_figure_without_an_error() -> None:
    history = lived([100.0, -20.0, 50.0], [100.0, 0, 0])

    found = summarise(days("2024-01-02", "2024-01-03", "2024-01-04"), history, None)

    assert (found.twr_annual, found.volatility_year, found.sharpe_year) == (None, None, None)
    assert (found.drawdown, found.periods["Max"].twr) == (0.0, None)
    assert found.gain == -50.0


def test_an_index_that_never_began_has_no_drop() -> None:
    found = summarise(days("2024-01-02"), lived([-50.0], [10.0]), None)

    assert (found.drawdown, found.drawdown_low, found.twr_annual) == (None, None, None)


def test_everything_lost_is_minus_a_hundred_percent() -> None:
    history = lived([100.0, 0.0, 0.0], [100.0, 0, 0])

    found = summarise(days("2024-01-02", "2024-01-03", "2024-01-04"), history, None)

    assert (found.twr_annual, found.xirr, found.drawdown, found.gain_rate) == (-1.0, -1.0, -1.0, -1.0)
    assert (found.income_yield, found.volatility_year) == (None, None)


def test_everything_sold_keeps_what_it_earned() -> None:
    history = lived([100.0, 0.0, 0.0], [100.0, 0, 0], [0, 130.0, 0])

    found = summarise(days("2023-01-02", "2024-01-02", "2024-03-01"), history, None)

    assert (found.value, found.gain) == (0.0, 30.0)
    assert found.xirr == pytest.approx(0.30)
    assert found.twr_annual == pytest.approx(1.3 ** (365 / 424) - 1)


def test_a_first_day_alone_has_no_rates_but_a_value() -> None:
    found = summarise(days("2024-01-02"), lived([100.0], [100.0]), np.array([7.0]))

    assert (found.value, found.gain, found.xirr, found.volatility_year) == (100.0, 0.0, None, None)
    assert found.benchmark_annual == 0.0
    assert set(asdict(found)["periods"]) == {"1M", "3M", "YTD", "1Y", "5Y", "10Y", "Max"}
