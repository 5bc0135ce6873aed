from decimal import Decimal

import pytest

from charts.series.tones import OF_A_MONTH, Number, tone


@pytest.mark.parametrize(
    ("value", "shade"),
    [
        (0.001, "gain-1"), (0.005, "gain-1"), (0.0051, "gain-2"), (0.02, "gain-3"), (0.5, "gain-4"),
        (-0.001, "loss-1"), (Decimal("-0.02"), "loss-3"), (-9, "loss-4"),
        (0, "flat"), (None, "flat"), (0.0004, "flat"), (-0.0004, "flat"), (float("nan"), "flat"),
    ],
)  # fmt: skip
def test_the_larger_the_move_the_stronger_its_shade(value: Number | None, shade: str) -> None:
    assert tone(value) == shade


def test_a_month_moves_more_than_a_day() -> None:
    assert (tone(0.02), tone(0.02, OF_A_MONTH)) == ("gain-3", "gain-2")
