from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.performance.periods import RANGES, calendar_months, calendar_years, months_before, range_start

LONG_AGO = date(1999, 1, 1)


@pytest.mark.parametrize(
    ("name", "last", "start"),
    [
        ("1M", date(2024, 3, 15), date(2024, 2, 15)),
        ("1M", date(2024, 3, 31), date(2024, 2, 29)),  # a leap year's February is shorter
        ("1M", date(2024, 1, 31), date(2023, 12, 31)),
        ("3M", date(2024, 2, 10), date(2023, 11, 10)),
        ("3M", date(2024, 5, 31), date(2024, 2, 29)),
        ("YTD", date(2024, 5, 31), date(2023, 12, 31)),
        ("YTD", date(2024, 1, 1), date(2023, 12, 31)),
        ("1Y", date(2024, 2, 29), date(2023, 2, 28)),
        ("5Y", date(2024, 12, 31), date(2019, 12, 31)),
        ("10Y", date(2024, 6, 3), date(2014, 6, 3)),
        ("Max", date(2024, 6, 3), LONG_AGO),
        ("1W", date(2024, 3, 4), date(2024, 2, 26)),
        ("3Y", date(2024, 2, 29), date(2021, 2, 28)),
    ],
)
def test_a_range_is_measured_from_the_evening_of_its_start(name: str, last: date, start: date) -> None:
    assert range_start(name, [LONG_AGO, last]) == start


@pytest.mark.parametrize("name", RANGES)
def test_no_range_starts_before_the_first_day(name: str) -> None:
    first = date(2024, 6, 3)

    assert range_start(name, [first, first + timedelta(days=1)]) >= first
    assert range_start(name, [first]) == first


@given(last=st.dates(date(1911, 1, 1), date(2200, 1, 1)))
def test_longer_ranges_start_earlier(last: date) -> None:
    starts = [range_start(name, [date(1900, 1, 1), last]) for name in ("1M", "3M", "1Y", "5Y", "10Y", "Max")]

    assert starts == sorted(starts, reverse=True)
    assert all((last - start).days >= 28 for start in starts)


def test_one_day_is_measured_from_the_day_before_of_the_history() -> None:
    assert range_start("1D", [date(2024, 3, 1), date(2024, 3, 4), date(2024, 3, 8)]) == date(2024, 3, 4)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2024, 1, 15), 1, date(2023, 12, 15)),
        (date(2024, 12, 31), 12, date(2023, 12, 31)),
        (date(2024, 3, 31), 13, date(2023, 2, 28)),
    ],
)
def test_months_are_counted_back_to_the_same_day_or_the_last(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_calendar_years_follow_one_another_and_end_where_the_history_does() -> None:
    assert calendar_years(date(2022, 6, 30), date(2024, 3, 1)) == {
        "2022": (date(2022, 6, 30), date(2022, 12, 31)),
        "2023": (date(2022, 12, 31), date(2023, 12, 31)),
        "2024": (date(2023, 12, 31), date(2024, 3, 1)),
    }


def test_calendar_months_follow_one_another_over_a_leap_day_and_a_new_year() -> None:
    assert calendar_months(date(2023, 12, 31), date(2024, 3, 5)) == {
        "2024-01": (date(2023, 12, 31), date(2024, 1, 31)),
        "2024-02": (date(2024, 1, 31), date(2024, 2, 29)),
        "2024-03": (date(2024, 2, 29), date(2024, 3, 5)),
    }
    assert list(calendar_months(date(2023, 11, 15), date(2024, 1, 1))) == ["2023-11", "2023-12", "2024-01"]


@pytest.mark.parametrize("first", [date(2023, 12, 31), date(2024, 2, 29)])
def test_a_history_of_one_day_has_no_calendar_periods(first: date) -> None:
    assert (calendar_years(first, first), calendar_months(first, first)) == ({}, {})
