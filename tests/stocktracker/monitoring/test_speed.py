from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from stocktracker.monitoring.models import PerfRun
from stocktracker.monitoring.speed import RUNS, Figure, Line, speed

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 1, tzinfo=UTC)
TIMED: dict[str, Any] = {
    "row": "1", "name": "closes", "median_ms": 33.0, "peers": {"the ORM": 50.0}, "limit_ratio": 2.5,
    "aim": "≥ 30 × the ORM", "met": True, "note": "", "requests": None, "tail_ratio": None,
}  # fmt: skip
PAGE = TIMED | {"row": "load", "name": "dashboard", "peers": {}, "tail_ratio": 9.0, "aim": "", "note": "10 a second"}
COUNTED = TIMED | {"row": "9", "name": "quotes", "median_ms": None, "peers": {}, "limit_ratio": None, "requests": 3}


def ran(*rows: Mapping[str, Any], day: int = 1) -> PerfRun:
    return PerfRun.objects.create(at=START + timedelta(days=day), version="0.1.0", machine="2 processors", rows=rows)


def line() -> Line:
    return speed().groups[0].lines[0]


def test_nothing_saved_is_nothing_to_show() -> None:
    assert (speed().groups, speed().runs) == ([], [])


def test_rows_stand_in_the_order_of_the_report_each_with_its_latest_figures() -> None:
    ran(PAGE, COUNTED, TIMED)
    ran(TIMED | {"median_ms": 44.0, "met": False}, TIMED | {"row": "new"}, day=2)

    shown = speed()

    assert [group.row for group in shown.groups] == ["1", "9", "load", "new"]
    assert [str(group.title) for group in shown.groups][1:] == [
        "Requests for prices", "Many readers while prices change", ""
    ]  # fmt: skip
    assert (line().median_ms, line().met, line().at) == (44.0, False, START + timedelta(days=2))


def test_figures_are_ratios_to_peers_and_limits_and_requests_are_counted() -> None:
    ran(TIMED, PAGE, COUNTED)

    timed, counted, page = (group.lines[0] for group in speed().groups)

    assert timed.figures == [Figure(50.0, "the ORM"), Figure(2.5, "the limit")]
    assert page.figures == [Figure(2.5, "the limit"), Figure(9.0, "the limit, p99")]
    assert (counted.figures, counted.requests) == ([], Figure(3, ""))
    assert [Figure(value, "").digits for value in (50.4, 2.5, 3.0, 0.02)] == [0, 1, 0, 3]


@pytest.mark.parametrize(
    ("before", "after", "values", "more_is_better", "held"),
    [
        (TIMED, TIMED | {"peers": {"the ORM": 40.0}}, [50.0, 40.0], True, False),
        (PAGE, PAGE | {"limit_ratio": 2.0}, [2.5, 2.0], False, True),
        (COUNTED, COUNTED | {"requests": 4}, [3, 4], False, False),
        (TIMED | {"peers": {"another": 9.0}}, TIMED, [50.0], True, True),
    ],
)
def test_a_course_is_of_one_ratio_over_the_runs(
    before: Mapping[str, Any], after: Mapping[str, Any], values: list[float], more_is_better: bool, held: bool
) -> None:
    ran(before)
    ran(after, day=2)

    course = line().course

    assert (course.values, course.more_is_better, course.held) == (values, more_is_better, held)
    assert bool(course.points) == (len(values) > 1)


def test_what_has_neither_ratio_nor_requests_has_no_course() -> None:
    ran(COUNTED | {"requests": None})

    assert (line().course.values, line().course.points) == ([], "")


def test_saved_runs_are_listed_with_what_they_missed_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for day in range(RUNS + 1):
        ran(TIMED, COUNTED | {"met": False}, day=day)

    with django_assert_num_queries(1):
        shown = speed()

    assert len(shown.runs) == RUNS
    assert shown.runs[0].run.at > shown.runs[1].run.at
    assert (shown.runs[0].measured, shown.runs[0].missed) == (2, 1)


@pytest.mark.parametrize(
    "strange", ["text", {}, {"row": "1"}, TIMED | {"peers": None}, TIMED | {"peers": {"the ORM": None}}]
)
def test_rows_of_a_version_that_saved_others_are_left_out(strange: Any) -> None:
    ran(strange, COUNTED)

    shown = speed()

    assert [group.row for group in shown.groups] == ["9"]
    assert (shown.runs[0].measured, shown.runs[0].missed) == (2, 0)
