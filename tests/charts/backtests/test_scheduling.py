from datetime import date

import numpy as np
import pytest

from charts.backtests.market import number
from charts.backtests.rules import Every, Fill, Flow
from charts.backtests.scheduling import dated, fills, firsts, payments_of, periods
from tests.charts.backtests.given_prices import listed, market_of, weekdays


def days(*texts: str) -> np.ndarray:
    return np.array([number(date.fromisoformat(text)) for text in texts])


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        (Every.WEEK, [0, 1, 2, 3, 4, 5]),  # Sunday and Monday are of two weeks
        (Every.MONTH, [0, 2, 3, 4, 5]),
        (Every.QUARTER, [0, 2, 4, 5]),
        (Every.YEAR, [0, 2, 5]),
    ],
)
def test_a_period_begins_with_its_first_day_and_the_test_with_its_own(every: Every, expected: list[int]) -> None:
    given = days("2023-12-17", "2023-12-18", "2024-01-02", "2024-02-29", "2024-04-01", "2025-01-01")

    assert firsts(given, every).tolist() == expected


def test_nothing_begins_without_days() -> None:
    assert firsts(np.empty(0, dtype=np.int32), Every.MONTH).tolist() == []


def test_days_before_1970_have_periods_too() -> None:
    assert periods(days("1969-12-31", "1970-01-01"), Every.YEAR).tolist() == [-1, 0]


def test_a_decision_is_filled_on_the_next_bar_on_which_all_trade() -> None:
    week = weekdays(5)
    found = market_of(listed([1] * 5), listed([1] * 4, "B", days=[*week[:2], *week[3:]]))

    assert fills(found, Fill.NEXT_OPEN).tolist() == [1, 3, 4, 5]  # 5: beyond the data
    assert fills(found, Fill.NEXT_CLOSE).tolist() == [1, 3, 4, 5]
    assert fills(found, Fill.CLOSE).tolist() == [0, 1, 3, 4]


def test_money_arrives_when_the_decision_is_filled() -> None:
    found = market_of(listed([1] * 40))  # from 1 January

    assert payments_of([Flow(100), Flow(-30)], found, Fill.NEXT_OPEN).inflow == {1: 100, 24: 100}
    assert payments_of([Flow(100), Flow(-30)], found, Fill.NEXT_OPEN).outflow == {1: 30, 24: 30}
    assert payments_of([Flow(100)], found, Fill.CLOSE).inflow == {0: 100, 23: 100}


def test_a_flow_has_a_beginning_and_an_end() -> None:
    found = market_of(listed([1] * 70))

    flow = Flow(100, since=date(2024, 1, 10), until=date(2024, 2, 29))

    assert payments_of([flow], found, Fill.CLOSE).inflow == {7: 100, 23: 100}


def test_what_would_arrive_beyond_the_data_does_not() -> None:
    assert payments_of([Flow(100)], market_of(listed([1] * 24)), Fill.NEXT_OPEN).inflow == {1: 100}


def test_a_flow_rises_on_the_anniversaries_of_its_first_payment() -> None:
    found = market_of(listed([1] * 800))

    amounts = list(payments_of([Flow(100, Every.QUARTER, growth=0.1)], found, Fill.CLOSE).inflow.values())

    assert amounts == pytest.approx([100] * 4 + [110] * 4 + [121] * 4 + [133.1])


def test_dated_payments_count_on_the_next_bar_there_is() -> None:
    found = market_of(listed([1] * 5))  # Monday to Friday
    monday = number(date(2024, 1, 1))

    due = dated({monday - 3: 5.0, monday + 1: 7.0, monday + 2: -1.0, monday + 5: 9.0}, found)

    assert due.inflow == {0: 5, 1: 7}
    assert due.outflow == {2: 1}
