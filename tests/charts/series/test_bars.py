import pytest

from charts.series.bars import Bar, columns, rows


def test_bars_stand_on_the_zero_line_between_round_numbers() -> None:
    drawn = columns([Bar("Jan", 30), Bar("Feb", 0), Bar("Mar", 87)])

    assert [(line.value, line.y) for line in drawn.lines] == [
        (0, "100.000%"), (25, "75.000%"), (50, "50.000%"), (75, "25.000%"), (100, "0.000%"),
    ]  # fmt: skip
    january, february, march = drawn.columns
    assert (january.y, january.height) == ("70.000%", "30.000%")
    assert (february.y, february.height) == ("100.000%", "0.000%")
    assert (march.x, march.width, march.middle) == ("71.333%", "24.000%", "83.333%")


def test_a_loss_hangs_from_the_zero_line() -> None:
    drawn = columns([Bar("2022", -0.2), Bar("2023", 0.2)])

    assert [(one.y, one.height) for one in drawn.columns] == [("50.000%", "50.000%"), ("0.000%", "50.000%")]


def test_where_there_are_many_the_last_is_labelled_and_every_other_before_it() -> None:
    drawn = columns(Bar(str(month), 1) for month in range(12))

    assert [column.labelled for column in drawn.columns] == [False, True] * 6


@pytest.mark.parametrize("values", [[], [0], [0, 0]])
def test_nothing_has_a_scale_too(values: list[float]) -> None:
    drawn = columns(Bar("x", value) for value in values)

    assert len(drawn.lines) >= 1
    assert all(column.height == "0.000%" for column in drawn.columns)


def test_rows_reach_from_the_left_or_both_ways_from_a_line_between() -> None:
    alone, other = rows([Bar("a", 4), Bar("b", 1)])
    loss, gain = rows([Bar("a", -1), Bar("b", 3)])

    assert [(row.x, row.width) for row in (alone, other)] == [("0.000%", "100.000%"), ("0.000%", "25.000%")]
    assert [(row.x, row.width) for row in (loss, gain)] == [("0.000%", "25.000%"), ("25.000%", "75.000%")]
    assert rows([]) == ()
