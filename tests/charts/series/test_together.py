from datetime import date, timedelta

from charts.series.decode import Column, Table, decode
from charts.series.together import together

MONDAY = date(2024, 6, 3)


def table(first: int, *index: float) -> Table:
    days = tuple(MONDAY + timedelta(days=first + number) for number in range(len(index)))
    return Table(days, {"index": Column(index, "")})


def test_lines_begin_at_one_on_the_first_day_they_have_in_common() -> None:
    made = decode(together({"one": table(0, 1, 2, 3, 4), "other": table(1, 5, 10)}))

    assert made.days == (MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert made.columns["index"] == Column((1.0, 1.5), "one")
    assert made.columns["benchmark_1"] == Column((1.0, 2.0), "other")


def test_a_day_without_a_value_has_the_last_one_and_a_line_that_ended_is_shorter() -> None:
    sparse = Table((MONDAY, MONDAY + timedelta(days=3)), {"index": Column((1.0, 2.0), "")})
    broken = Table(tuple(MONDAY + timedelta(days=number) for number in range(4)), {"index": Column((1.0, 3.0), "")})

    made = decode(together({"whole": table(0, 1, 2, 3, 4), "sparse": sparse, "broken": broken}))

    assert made.columns["benchmark_1"].values == (1.0, 1.0, 1.0, 2.0)
    assert made.columns["benchmark_2"].values == (1.0, 3.0)
