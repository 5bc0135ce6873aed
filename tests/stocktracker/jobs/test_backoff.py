"""Waiting before the next attempt."""

from hypothesis import given
from hypothesis import strategies as st

from stocktracker.jobs.backoff import CAP_SECONDS, full_jitter


def test_the_longest_wait_doubles_with_each_attempt_up_to_the_cap() -> None:
    longest = [full_jitter(attempt, random=lambda: 1.0) for attempt in range(9)]

    assert longest == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0]


def test_the_shortest_wait_is_none() -> None:
    assert full_jitter(5, random=lambda: 0.0) == 0.0


@given(st.integers(min_value=-5, max_value=10**9))
def test_no_number_of_attempts_waits_longer_than_the_cap(attempt: int) -> None:
    assert 0.0 <= full_jitter(attempt) <= CAP_SECONDS
