"""Which request is spoiled by which fault."""

from typing import Any

import pytest

from pricing.simulator.faults import Fault, FaultBoard, Kind


def board(*faults: Fault) -> FaultBoard:
    made = FaultBoard()
    for fault in faults:
        made.add(fault)
    return made


def test_a_fault_spoils_as_many_requests_as_asked_for() -> None:
    faults = board(Fault("error", requests=2))

    taken = [faults.take(Kind.QUOTE, ()) is not None for _ in range(4)]

    assert taken == [True, True, False, False]


def test_a_fault_without_a_number_lasts_until_cleared() -> None:
    faults = board(Fault("error"))

    assert all(faults.take(Kind.QUOTE, ()) for _ in range(10))
    faults.clear()
    assert faults.take(Kind.QUOTE, ()) is None


def test_a_fault_spoils_only_its_kind_and_its_symbol() -> None:
    faults = board(Fault("error", kind="chart", symbol="aapl"))

    assert faults.take(Kind.QUOTE, ("AAPL",)) is None
    assert faults.take(Kind.CHART, ("MSFT",)) is None
    assert faults.take(Kind.CHART, ("AAPL",)) is not None


def test_requests_it_can_do_nothing_to_pass_by_uncounted() -> None:
    faults = FaultBoard()
    faults.add(Fault("null_close", requests=1), frozenset({Kind.CHART}))

    taken = [faults.take(kind, ()) is not None for kind in (Kind.QUOTE, Kind.CHART, Kind.CHART)]

    assert taken == [False, True, False]


def test_the_fault_set_last_wins_and_then_the_one_before_it() -> None:
    faults = board(Fault("error"), Fault("throttle", requests=1))

    names = [fault.name for fault in (faults.take(Kind.QUOTE, ()), faults.take(Kind.QUOTE, ())) if fault]

    assert names == ["throttle", "error"]


def draws(fault: Fault, others: bool = False) -> list[bool]:
    faults = board(fault)
    taken = []
    for _ in range(400):
        if others:
            faults.take(Kind.SEARCH, ())
        taken.append(faults.take(Kind.CHART, ()) is not None)
    return taken


def test_a_probability_is_kept_and_a_run_repeats() -> None:
    fault = Fault("error", kind="chart", probability=0.25)

    first = draws(fault)

    assert 70 < sum(first) < 130
    assert draws(fault) == first
    assert draws(fault, others=True) == first
    assert draws(Fault("error", kind="chart", probability=0.25, seed=1)) != first


def test_where_luck_spares_a_request_the_fault_before_it_has_its_turn_and_only_what_is_spoiled_counts() -> None:
    faults = board(Fault("error"), Fault("throttle", probability=0.5, requests=3))

    names = [fault.name for fault in (faults.take(Kind.QUOTE, ()) for _ in range(40)) if fault]

    assert len(names) == 40
    assert names.count("throttle") == 3
    assert names[-1] == "error"


def test_a_probability_of_none_and_of_all() -> None:
    assert not any(draws(Fault("error", kind="chart", probability=0)))
    assert all(draws(Fault("error", kind="chart", probability=1)))


@pytest.mark.parametrize(
    "settings", [{"kind": "chrat"}, {"probability": 1.5}, {"probability": -0.1}, {"requests": 0}, {"form": "page"}]
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=str(next(iter(settings.values())))):
        Fault("throttle", **settings)
