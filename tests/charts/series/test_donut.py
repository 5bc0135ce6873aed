import re
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from charts.series.donut import CENTRE, OUTER, donut


def points(path: str) -> list[tuple[float, float]]:
    numbers = [float(text) for text in re.findall(r"-?\d+\.\d+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_slices_are_ordered_and_add_up() -> None:
    drawn = donut([("Bonds", 25), ("Shares", Decimal(60)), ("Cash", 15.0)])

    assert [(one.label, one.share, one.colour) for one in drawn.slices] == [
        ("Shares", 0.6, 1), ("Bonds", 0.25, 2), ("Cash", 0.15, 3),
    ]  # fmt: skip
    assert drawn.total == 100


def test_the_first_begins_at_the_top_and_each_where_the_one_before_ends() -> None:
    slices = donut([("a", 50), ("b", 30), ("c", 20)]).slices

    assert points(slices[0].path)[0] == (CENTRE, CENTRE - OUTER)
    for before, after in pairwise(slices):
        assert points(after.path)[0] == points(before.path)[1]


def test_a_single_part_is_a_whole_ring() -> None:
    only = donut([("All", 7)]).slices[0]

    assert (only.share, " 0 1 1 " in only.path) == (1.0, True)  # the long way round


def test_many_small_parts_are_one_that_stands_last() -> None:
    drawn = donut([(f"part {number}", 10 - number) for number in range(10)], rest="Others")

    assert [one.label for one in drawn.slices] == ["part 0", "part 1", "part 2", "part 3", "part 4", "part 5", "Others"]
    assert drawn.slices[-1].value == 4 + 3 + 2 + 1


def test_a_debt_has_no_segment_and_lessens_the_whole() -> None:
    shares, debt = donut([("Cash", -20), ("Shares", 120)]).slices

    assert (shares.share, debt.share, debt.path) == (1.2, -0.2, "")


def test_nothing_is_nothing() -> None:
    assert donut([]).slices == ()
    assert donut([("Cash", 0)]).slices == ()
    assert [one.share for one in donut([("Debt", -5)]).slices] == [None]


@given(some.lists(some.floats(min_value=0.01, max_value=1e9), min_size=1, max_size=12))
def test_shares_always_add_up_to_one(values: list[float]) -> None:
    slices = donut([(str(number), value) for number, value in enumerate(values)]).slices

    assert abs(sum(one.share or 0 for one in slices) - 1) < 1e-9
