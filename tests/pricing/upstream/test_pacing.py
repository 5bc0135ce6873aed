"""How fast we may ask."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pricing.upstream.pacing import Budget, BudgetSpent, Limits, Pace, take

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIMITS = Limits(per_second=1.0, burst=5, per_hour=300, per_day=2000)


def seconds(wait: float | BudgetSpent) -> float:
    assert not isinstance(wait, BudgetSpent)
    return wait


def taken(times: int, pace: Pace, now: datetime, limits: Limits = LIMITS) -> tuple[list[float | BudgetSpent], Pace]:
    waits = []
    for _ in range(times):
        wait, pace = take(pace, limits, now)
        waits.append(wait)
    return waits, pace


def test_a_burst_passes_at_once_and_the_rest_queue_a_second_apart() -> None:
    waits, _ = taken(8, Pace(), NOON)

    assert waits == [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0]


def test_the_bucket_refills_with_time_but_never_beyond_the_burst() -> None:
    _, pace = taken(5, Pace(), NOON)

    waits, _ = taken(7, pace, NOON + timedelta(minutes=10))

    assert waits == [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0]


def test_who_does_not_want_to_wait_keeps_the_old_pace_and_has_reserved_nothing() -> None:
    _, pace = taken(5, Pace(), NOON)

    first, _ = take(pace, LIMITS, NOON)
    again, _ = take(pace, LIMITS, NOON)

    assert (first, again) == (1.0, 1.0)


def test_a_spent_hour_says_until_when() -> None:
    limits = Limits(per_second=100.0, burst=100, per_hour=3)
    _, pace = taken(3, Pace(), NOON, limits)

    refused, after = take(pace, limits, NOON + timedelta(minutes=59))
    granted, _ = take(pace, limits, NOON + timedelta(minutes=60))

    assert refused == BudgetSpent(Budget.HOUR, NOON + timedelta(hours=1))
    assert after.hour_count == 3
    assert granted == 0.0


def test_a_spent_day_lasts_until_midnight_utc() -> None:
    limits = Limits(per_second=100.0, burst=100, per_day=3)
    _, pace = taken(3, Pace(), NOON, limits)

    refused, _ = take(pace, limits, NOON + timedelta(hours=11, minutes=59))
    granted, _ = take(pace, limits, NOON + timedelta(hours=12))

    assert refused == BudgetSpent(Budget.DAY, datetime(2026, 11, 21, tzinfo=UTC))
    assert granted == 0.0


def test_a_clock_set_back_gives_no_budget_and_no_tokens_back() -> None:
    limits = Limits(per_hour=3)
    _, pace = taken(3, Pace(), NOON, limits)

    refused, _ = take(pace, limits, NOON - timedelta(hours=2))

    assert isinstance(refused, BudgetSpent)
    _, pace = taken(6, Pace(), NOON)
    assert take(pace, LIMITS, NOON - timedelta(hours=2))[0] == 2.0


@given(st.lists(st.floats(min_value=0.0, max_value=20.0), min_size=1, max_size=60))
def test_requests_sent_when_told_never_exceed_the_rate(gaps: list[float]) -> None:
    now, pace, sent = NOON, Pace(), []

    for gap in gaps:
        now += timedelta(seconds=gap)
        wait, pace = take(pace, LIMITS, now)
        sent.append(now + timedelta(seconds=seconds(wait)))

    for index, first in enumerate(sent):
        for number, last in enumerate(sent[index:], start=1):
            allowed = LIMITS.burst + (last - first).total_seconds() * LIMITS.per_second
            assert number <= allowed + 1e-3
