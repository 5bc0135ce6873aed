import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stocktracker.metrics.buckets import GROWTH, SHORTEST, bucket, percentile, up_to, upper


@given(st.floats(min_value=1e-9, max_value=1e5))
def test_a_duration_is_in_the_bucket_that_holds_it(seconds: float) -> None:
    number = bucket(seconds)

    assert seconds <= upper(number) * (1 + 1e-9)
    assert number == 0 or seconds > upper(number - 1) * (1 - 1e-9)


def test_a_bucket_is_five_percent_wider_than_the_one_before() -> None:
    assert upper(0) == SHORTEST
    assert upper(41) / upper(40) == pytest.approx(1.05)


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_a_percentile_is_right_to_two_and_a_half_percent(share: float) -> None:
    chance = random.Random(7)
    taken = sorted(chance.lognormvariate(-4, 1) for _ in range(10_000))
    counts: dict[int, int] = {}
    for seconds in taken:
        counts[bucket(seconds)] = counts.get(bucket(seconds), 0) + 1

    found = percentile(counts, share)

    assert found == pytest.approx(taken[round(share * len(taken)) - 1], rel=GROWTH**0.5 - 1 + 1e-6)


def test_one_duration_is_all_its_percentiles() -> None:
    counts = {bucket(0.2): 1}

    assert percentile(counts, 0.5) == percentile(counts, 0.99) == pytest.approx(0.2, rel=0.025)
    assert percentile({}, 0.5) is None


def test_counts_up_to_a_bound_are_exact_where_the_bound_is_a_bucket_s() -> None:
    counts = {bucket(upper(28)): 3, bucket(upper(28) * 1.01): 2}

    assert [up_to(counts, bound) for bound in (27, 28, 29)] == [0, 3, 5]
