from dataclasses import replace

import pytest

from stocktracker.perf.comparing import better_of, gone, worse
from stocktracker.perf.result import Result

BASE = Result(
    "7", "dashboard", 20.0, {"pandas": 100.0, "a loop": 10.0}, 4.0, "≤ 5 ms", met=False, requests=10, tail_ratio=8.0
)


def found(new: Result, base: Result = BASE) -> list[str]:
    return [str(one) for one in worse([base], [new])]


def test_the_same_run_is_not_worse_than_itself_and_milliseconds_alone_count_for_nothing() -> None:
    slower_machine = replace(BASE, median_ms=200.0)

    assert found(BASE) == found(slower_machine) == []


@pytest.mark.parametrize(
    "new",
    [
        replace(BASE, peers={"pandas": 80.1, "a loop": 8.01}),
        replace(BASE, limit_ratio=4.99, tail_ratio=9.99, requests=12),
        replace(BASE, peers={"pandas": 500.0, "a loop": 50.0}, limit_ratio=0.1, tail_ratio=0.1, requests=1),
    ],
)
def test_a_fall_of_less_than_a_fifth_is_noise(new: Result) -> None:
    assert found(new) == []


def test_a_ratio_to_a_peer_that_fell_is_a_sentence() -> None:
    said = found(replace(BASE, peers={"pandas": 79.0, "a loop": 10.0}))

    assert said == ["Row 7, dashboard: 79 × pandas, 21% less than 100 ×."]


def test_more_of_the_limit_more_requests_and_a_longer_tail_are_worse() -> None:
    said = found(replace(BASE, limit_ratio=5.1, tail_ratio=10.1, requests=13))

    assert said == [
        "Row 7, dashboard: 5.1 times the limit, after 4.",
        "Row 7, dashboard: 10.1 times the limit in the slowest hundredth, after 8.",
        "Row 7, dashboard: 13 requests, after 10.",
    ]


def test_anything_is_more_than_nothing() -> None:
    none = replace(BASE, requests=0)

    assert found(none, none) == []
    assert found(replace(BASE, requests=1), none) == ["Row 7, dashboard: 1 request, after 0."]


def test_an_exact_aim_that_is_missed_now_is_worse_and_a_timed_one_may_be_noise() -> None:
    counted, timed = replace(BASE, median_ms=None, met=True), replace(BASE, met=True)

    assert found(replace(counted, met=False), counted) == [
        "Row 7, dashboard: the aim «≤ 5 ms» was met and is not any more."
    ]
    assert found(replace(timed, met=False), timed) == []


def test_only_what_both_measured_is_compared_and_what_went_missing_is_told() -> None:
    other, elsewhere = replace(BASE, name="holdings"), replace(BASE, row="8", limit_ratio=0.1)

    assert worse([other, elsewhere], [BASE]) == []
    assert gone([BASE, other, elsewhere], [BASE]) == [("7", "holdings")]


def test_of_two_measurements_the_better_ratio_counts() -> None:
    first = replace(BASE, peers={"pandas": 50.0, "a loop": 12.0}, limit_ratio=9.0, requests=12)
    again = replace(BASE, peers={"pandas": 95.0, "a loop": 9.0}, limit_ratio=4.1, tail_ratio=7.0, met=True)
    other = replace(BASE, name="holdings", tail_ratio=None)

    [better, untouched] = better_of([first, other], [again])

    assert (better.peers, better.limit_ratio, better.tail_ratio, better.requests, better.met) == (
        {"pandas": 95.0, "a loop": 12.0}, 4.1, 7.0, 10, True
    )  # fmt: skip
    assert untouched == other
