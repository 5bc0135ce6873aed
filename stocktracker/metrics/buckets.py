"""Durations in buckets that grow by 5 %: counts of two processes add up, and a percentile is right to 2.5 %."""

from __future__ import annotations

import math
from collections.abc import Mapping

GROWTH = 1.05
SHORTEST = 50e-6  # seconds: whatever is shorter is as good as nothing
_STEP = math.log(GROWTH)
_HALF = math.sqrt(GROWTH)


def bucket(seconds: float) -> int:
    """Number of the bucket: (upper(n - 1), upper(n)]; 0 for all up to SHORTEST."""
    return 0 if seconds <= SHORTEST else math.ceil(math.log(seconds / SHORTEST) / _STEP)


def upper(number: int) -> float:
    """The longest duration in a bucket, in seconds."""
    return float(SHORTEST * GROWTH**number)


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """Seconds that `share` (0–1) of all took at most, as the middle of their bucket; None where nothing was counted."""
    total = sum(counts.values())
    if not total:
        return None
    left = max(1, math.ceil(share * total))
    for number in sorted(counts):
        left -= counts[number]
        if left <= 0:
            return upper(number) / _HALF
    raise AssertionError("the counts are fewer than their sum")


def up_to(counts: Mapping[int, int], number: int) -> int:
    """How many took at most upper(number)."""
    return sum(count for own, count in counts.items() if own <= number)
