"""When the upstream is left alone."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.upstream.circuit import (
    FAILURES_TO_OPEN,
    LONGEST_OPEN_SECONDS,
    LONGEST_RETRY_AFTER_SECONDS,
    OPEN_SECONDS,
    Circuit,
    Forced,
    State,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def failed(circuit: Circuit, times: int, at: datetime = NOON, weight: int = 1) -> Circuit:
    for _ in range(times):
        circuit = circuit.after_failure(at, circuit.generation, weight, reason="500")
    return circuit


def opened(at: datetime = NOON) -> Circuit:
    return failed(Circuit(), FAILURES_TO_OPEN, at)


def probing(circuit: Circuit, at: datetime) -> Circuit:
    decision, circuit = circuit.ask(at, LEASE)
    assert decision.probe
    return circuit


def test_a_new_circuit_lets_calls_pass() -> None:
    decision, after = Circuit().ask(NOON, LEASE)

    assert (decision.allowed, decision.probe, decision.wait_seconds) == (True, False, 0.0)
    assert after == Circuit()


def test_four_failures_in_a_row_keep_it_closed_and_the_fifth_opens_it() -> None:
    assert failed(Circuit(), 4).state is State.CLOSED
    assert failed(Circuit(), 5).state is State.OPEN


def test_a_success_resets_the_count_so_that_failures_a_year_apart_never_open_it() -> None:
    circuit = Circuit()

    for year in range(20):
        at = NOON + timedelta(days=365 * year)
        circuit = failed(circuit, 1, at).after_success(at, circuit.generation)

    assert (circuit.state, circuit.failures) == (State.CLOSED, 0)


def test_half_of_twenty_calls_failing_within_a_minute_open_it() -> None:
    circuit = Circuit()

    for call in range(20):
        assert circuit.state is State.CLOSED
        at = later(call * 2)
        succeeds = call % 2 == 0
        circuit = circuit.after_success(at, 0) if succeeds else circuit.after_failure(at, 0)

    assert circuit.state is State.OPEN


def test_the_same_share_spread_over_an_hour_keeps_it_closed() -> None:
    circuit = Circuit()

    for call in range(40):
        at = later(call * 90)
        circuit = circuit.after_success(at, 0) if call % 2 else circuit.after_failure(at, 0)

    assert circuit.state is State.CLOSED


def test_unknown_symbols_neither_open_it_nor_hide_failures() -> None:
    circuit = Circuit()

    for _ in range(5):
        circuit = failed(circuit.after_neutral(circuit.generation), 1)

    assert circuit.state is State.OPEN


def test_being_told_off_opens_it_alone() -> None:
    circuit = Circuit().after_failure(NOON, 0, weight=FAILURES_TO_OPEN, reason="429")

    assert (circuit.state, circuit.reason) == (State.OPEN, "429")


@pytest.mark.parametrize(
    ("retry_after", "open_for"),
    [(0.0, OPEN_SECONDS), (10.0, OPEN_SECONDS), (900.0, 900.0), (1e12, LONGEST_RETRY_AFTER_SECONDS)],
)
def test_retry_after_can_only_make_the_opening_longer(retry_after: float, open_for: float) -> None:
    circuit = Circuit().after_failure(NOON, 0, weight=FAILURES_TO_OPEN, retry_after=retry_after)

    assert circuit.open_until == later(open_for)


def test_an_open_circuit_refuses_and_says_for_how_long() -> None:
    decision, after = opened().ask(later(100), LEASE)

    assert (decision.allowed, decision.wait_seconds) == (False, OPEN_SECONDS - 100)
    assert after == opened()


def test_after_the_opening_one_probe_passes_and_everybody_else_waits_for_its_lease() -> None:
    first, circuit = opened().ask(later(OPEN_SECONDS), LEASE)
    second, circuit = circuit.ask(later(OPEN_SECONDS + 1), LEASE)

    assert (first.allowed, first.probe) == (True, True)
    assert (second.allowed, second.wait_seconds) == (False, 29.0)


def test_a_prober_that_died_is_replaced_when_its_lease_ends_and_its_late_answer_is_ignored() -> None:
    dead, circuit = opened().ask(later(OPEN_SECONDS), LEASE)
    second, circuit = circuit.ask(later(OPEN_SECONDS + 30), LEASE)

    assert second.probe
    assert circuit.after_success(later(331), dead.generation) == circuit
    assert circuit.after_failure(later(331), dead.generation) == circuit


def test_a_probe_that_succeeds_closes_it_with_a_clean_slate() -> None:
    circuit = probing(opened(), later(OPEN_SECONDS))

    circuit = circuit.after_success(later(301), circuit.generation)

    assert (circuit.state, circuit.failures, circuit.open_seconds) == (State.CLOSED, 0, OPEN_SECONDS)


def test_a_probe_that_meets_an_unknown_symbol_closes_it_too_because_somebody_answered() -> None:
    circuit = probing(opened(), later(OPEN_SECONDS))

    assert circuit.after_neutral(circuit.generation).state is State.CLOSED


def test_each_probe_that_fails_doubles_the_opening_up_to_an_hour() -> None:
    circuit, at, lengths = opened(), NOON, []

    for _ in range(6):
        assert circuit.open_until is not None
        at = circuit.open_until
        circuit = failed(probing(circuit, at), 1, at)
        lengths.append(circuit.open_seconds)

    assert lengths == [600.0, 1200.0, 2400.0, LONGEST_OPEN_SECONDS, LONGEST_OPEN_SECONDS, LONGEST_OPEN_SECONDS]


def test_answers_to_calls_made_before_it_opened_are_ignored() -> None:
    circuit = opened()

    assert circuit.after_success(later(1), 0) == circuit
    assert circuit.after_failure(later(1), 0, weight=FAILURES_TO_OPEN) == circuit


def test_a_circuit_forced_open_refuses_whatever_happens() -> None:
    circuit = Circuit().force(Forced.OPEN, "maintenance")

    decision, after = circuit.after_success(NOON, circuit.generation).ask(later(10**6), LEASE)

    assert (decision.allowed, decision.wait_seconds > 0, after.reason) == (False, True, "maintenance")


def test_a_circuit_forced_closed_lets_everything_pass_whatever_happens() -> None:
    circuit = failed(Circuit().force(Forced.CLOSED), 50)

    decision, _ = circuit.ask(later(1), LEASE)

    assert (decision.allowed, decision.probe) == (True, False)
    assert circuit.force(None).state is State.CLOSED


def test_letting_go_goes_on_from_where_it_was() -> None:
    circuit = opened().force(Forced.CLOSED).force(None)

    decision, _ = circuit.ask(later(1), LEASE)

    assert (circuit.state, decision.allowed) == (State.OPEN, False)


def test_a_reset_closes_it_and_makes_all_answers_under_way_late() -> None:
    before = opened().force(Forced.OPEN)

    after = before.reset()

    assert (after.state, after.forced, after.failures) == (State.CLOSED, None, 0)
    assert after.generation > before.generation


def test_it_is_made_of_values_a_database_row_can_hold() -> None:
    assert [field.name for field in fields(Circuit)] == [
        "state", "failures", "failed_at", "opened_at", "open_until", "open_seconds", "probe_until", "generation",
        "window_started_at", "window_calls", "window_failures", "forced", "reason",
    ]  # fmt: skip


steps = st.tuples(
    st.sampled_from(["ask", "success", "failure", "told off", "neutral", "open", "closed", "let go"]),
    st.floats(min_value=0.0, max_value=700.0),
    st.integers(min_value=0, max_value=2),
)


@given(st.lists(steps, max_size=60))
def test_whatever_happens_at_most_one_probe_is_under_way_and_an_open_circuit_ends(
    story: list[tuple[str, float, int]],
) -> None:
    circuit, now, probes_until = Circuit(), NOON, NOON

    for what, gap, lateness in story:
        now += timedelta(seconds=gap)
        generation = circuit.generation - lateness
        before = circuit
        match what:
            case "ask":
                decision, circuit = circuit.ask(now, LEASE)
                if decision.probe:
                    assert now >= probes_until or before.state is State.OPEN
                    probes_until = now + LEASE
                assert decision.allowed or 0 < decision.wait_seconds <= LONGEST_RETRY_AFTER_SECONDS
            case "success":
                circuit = circuit.after_success(now, generation)
            case "failure":
                circuit = circuit.after_failure(now, generation)
            case "told off":
                circuit = circuit.after_failure(now, generation, weight=5, retry_after=gap)
            case "neutral":
                circuit = circuit.after_neutral(generation)
            case "open" | "closed":
                circuit = circuit.force(Forced(what))
            case _:
                circuit = circuit.force(None)
        assert circuit.generation >= before.generation
        assert (circuit.state is State.OPEN) <= (circuit.open_until is not None)
        if circuit.state != before.state:
            assert circuit.generation > before.generation


def test_an_answer_to_what_was_asked_before_a_failure_does_not_end_the_row_of_failures() -> None:
    failing = Circuit().after_failure(NOON, 0).after_failure(NOON, 0)

    before = failing.after_success(later(1), 0, asked_at=later(-1))
    after = failing.after_success(later(1), 0, asked_at=NOON)

    assert (before.failures, after.failures) == (2, 0)
    assert before.window_calls == after.window_calls == 3
