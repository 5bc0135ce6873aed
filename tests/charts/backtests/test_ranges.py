from typing import Any

import pytest

from charts.backtests.ranges import MOST_RUNS, chosen, parameters_of, read_ranges
from charts.backtests.request import RequestError, read

CROSS = {"kind": "crossover", "symbol": "SPY"}


def told(over: object, strategy: dict[str, Any] = CROSS) -> dict[str, str]:
    with pytest.raises(RequestError) as refused:
        read_ranges(over, read({"strategy": strategy}))
    return {fault.path: str(fault.sentence) for fault in refused.value.faults}


def test_a_range_is_its_values() -> None:
    over = {"fast": {"from": 10, "to": 30, "step": 10}, "slow": [200, 100, 100]}

    assert read_ranges(over, read({"strategy": CROSS})) == {"fast": [10, 20, 30], "slow": [100, 200]}


def test_tenths_are_not_lost_to_rounding() -> None:
    request = read({"strategy": {"kind": "allocation", "weights": {"A": 1}, "band": 0.05}})

    assert read_ranges({"band": {"from": 0.1, "to": 0.3, "step": 0.1}}, request) == {"band": [0.1, 0.2, 0.3]}


def test_a_strategy_says_what_may_be_chosen_and_what_was() -> None:
    assert parameters_of(read({"strategy": CROSS})) == ("fast", "slow")
    assert chosen(read({"strategy": CROSS})) == {"fast": 50, "slow": 200}
    assert parameters_of(read({"strategy": {"kind": "hold", "weights": {"A": 1}}})) == ()
    assert parameters_of(read({"strategy": {"kind": "allocation", "weights": {"A": 1}, "every": "year"}})) == ()


@pytest.mark.parametrize(
    ("over", "path", "sentence"),
    [
        ({"fast": {"from": 1, "to": 200, "step": 1}, "slow": {"from": 2, "to": 201, "step": 1}}, "over.fast",
         "That would be 40000 runs; 2000 at most. Take larger steps."),
        ({"fast": {"from": 1, "to": 1000, "step": 0.001}}, "over.fast",
         f"These are {MOST_RUNS + 1} values; 200 at most. Take larger steps."),
        ({"fast": {"from": 10, "to": 5, "step": 1}}, "over.fast",
         "Write from where to where, and in which steps above zero."),
        ({"fast": {"from": 10, "to": 50, "step": 0}}, "over.fast",
         "Write from where to where, and in which steps above zero."),
        ({"fast": "all"}, "over.fast", "Write from where to where, and in which steps above zero."),
        ({"fast": [0, 5]}, "over.fast", "Between 1 and 1000."),
        ({"fast": [2.5]}, "over.fast", "Only whole numbers."),
        ({"symbol": [1]}, "over.symbol", "«symbol» is none of fast, slow."),
        ({}, "over", "Choose one or two of fast, slow."),
        ([], "over", "Choose one or two of fast, slow."),
    ],
)  # fmt: skip
def test_an_absurd_map_is_told_at_its_field(over: object, path: str, sentence: str) -> None:
    assert told(over) == {path: sentence}


def test_without_numbers_there_is_no_map() -> None:
    hold = {"kind": "hold", "weights": {"A": 1}}

    assert told({"fast": [1]}, hold) == {"over": "This strategy has no numbers that could be chosen otherwise."}


def test_the_smallest_step_there_is_makes_too_many_values() -> None:
    assert told({"fast": {"from": 0, "to": 1e9, "step": 1e-320}}) == {
        "over.fast": "These are 2001 values; 200 at most. Take larger steps."
    }
