from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.performance.periods import RANGES, range_start

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
    ],
)
def test_a_range_is_measured_from_the_evening_of_its_start(name: str, last: date, start: date) -> None:
    assert range_start(name, LONG_AGO, last) == start


@pytest.mark.parametrize("name", RANGES)
def test_no_range_starts_before_the_first_day(name: str) -> None:
    first = date(2024, 6, 3)

    assert range_start(name, first, first + timedelta(days=1)) >= first


@given(last=st.dates(date(1911, 1, 1), date(2200, 1, 1)))
def test_longer_ranges_start_earlier(last: date) -> None:
    starts = [range_start(name, date(1900, 1, 1), last) for name in ("1M", "3M", "1Y", "5Y", "10Y", "Max")]

    assert starts == sorted(starts, reverse=True)
    assert all((last - start).days >= 28 for start in starts)
