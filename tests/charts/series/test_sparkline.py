import pytest

from charts.series.sparkline import sparkline_points


def test_the_lowest_close_is_at_the_bottom_and_the_highest_at_the_top() -> None:
    assert sparkline_points([10.0, 30.0, 20.0]) == "0.0,26.0 46.0,2.0 92.0,14.0"


def test_a_price_that_never_moved_is_a_line_in_the_middle() -> None:
    assert sparkline_points([5.0, 5.0]) == "0.0,14.0 92.0,14.0"


@pytest.mark.parametrize("closes", [[], [1.0]])
def test_a_line_needs_two_points(closes: list[float]) -> None:
    assert sparkline_points(closes) == ""
