"""How long to wait before trying again."""

import random as _random
from collections.abc import Callable

BASE_SECONDS = 2.0  # the first wait is drawn from 0 to this
CAP_SECONDS = 300.0  # whoever waits longer is better told what is wrong
_LARGEST_EXPONENT = 32  # beyond any cap; keeps the power from overflowing


def full_jitter(
    attempt: int,
    base: float = BASE_SECONDS,
    cap: float = CAP_SECONDS,
    random: Callable[[], float] = _random.random,
) -> float:
    """Seconds to wait after failure number `attempt` (0 is the first): uniform in [0, min(cap, base·2^attempt)).

    Source: "full jitter" in AWS' "Exponential Backoff And Jitter" (2015).
    """
    return random() * min(cap, base * 2.0 ** min(max(attempt, 0), _LARGEST_EXPONENT))
