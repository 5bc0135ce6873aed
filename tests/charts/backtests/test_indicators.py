import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from charts.backtests.indicators import (
    closes_on,
    exponential_average,
    months_before,
    relative_strength,
    simple_average,
)
from charts.backtests.market import iso, number

GOLDEN = Path(__file__).parents[2] / "golden" / "backtests"
COMPUTED = {"rsi": relative_strength, "sma": simple_average, "ema": exponential_average}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("indicator-*.json")), ids=lambda path: path.stem)
def test_the_published_values(path: Path) -> None:
    golden = json.loads(path.read_text())

    found = COMPUTED[golden["indicator"]](np.array(golden["closes"], dtype=float), golden["days"])

    expected = golden["expected"]
    assert found[-len(expected) :] == pytest.approx(expected, abs=golden["tolerance"])
    assert np.isnan(found[: -len(expected)]).all()


@pytest.mark.parametrize("average", [simple_average, exponential_average, relative_strength])
def test_too_few_closes_have_no_value(average: object) -> None:
    assert np.isnan(average(np.arange(5.0), 6)).all()  # type: ignore[operator]  # of a plain function
    assert len(average(np.empty(0), 3)) == 0  # type: ignore[operator]  # of a plain function


def test_prices_that_were_huge_once_leave_no_trace() -> None:
    closes = np.concatenate([np.full(50, 1e12), np.full(50, 7.3)])

    assert simple_average(closes, 20)[-1] == pytest.approx(7.3, rel=1e-15)


def test_rsi_without_a_change_is_in_the_middle_and_at_the_ends_without_a_loss_or_a_gain() -> None:
    assert relative_strength(np.full(9, 5.0), 3)[3:].tolist() == [50.0] * 6
    assert relative_strength(np.arange(1.0, 9), 3)[3:].tolist() == [100.0] * 5
    assert relative_strength(np.arange(9.0, 1, -1), 3)[3:].tolist() == [0.0] * 5


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 3, 31), 1, "2024-02-29"),
        (date(2023, 3, 31), 1, "2023-02-28"),
        (date(2024, 2, 29), 12, "2023-02-28"),
        (date(2024, 1, 15), 0, "2024-01-15"),
        (date(2024, 1, 15), 13, "2022-12-15"),
        (date(1970, 1, 2), 1, "1969-12-02"),
    ],
)
def test_months_are_calendar_months(day: date, months: int, expected: str) -> None:
    assert iso(int(months_before(np.array([number(day)]), months)[0])) == expected


def test_the_close_on_a_day_is_the_last_one_by_then() -> None:
    found = closes_on(np.array([10, 12]), np.array([1.0, 2.0]), np.array([9, 10, 11, 12, 99]))

    assert np.isnan(found[0])
    assert found[1:].tolist() == [1, 1, 2, 2]
