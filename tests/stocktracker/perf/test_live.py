import pytest

from portfolios.live import totals
from stocktracker.perf.live import PEER, filled, measurement, with_objects
from stocktracker.perf.timing import measure

pytestmark = pytest.mark.django_db


def test_both_ways_come_to_the_same_totals() -> None:
    numbers = filled(portfolios=3, holdings=4)

    assert {pk: total.value for pk, total in totals(numbers).items()} == with_objects(numbers)


def test_the_row_is_measured_against_the_loop_and_the_least() -> None:
    result = measure(measurement(portfolios=5, holdings=3))

    assert (result.row, set(result.peers)) == ("6", {PEER})
    assert result.limit_ratio
    assert result.aim == f"≥ 300 × {PEER}, ≤ 9 × the limit"
