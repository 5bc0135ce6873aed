"""How much the simulated market bears, and how quickly it answers."""

import pytest

from pricing.simulator.limits import Latency, RateLimit


class Watch:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_without_a_limit_everything_is_admitted() -> None:
    limit = RateLimit()

    assert all(limit.admits() for _ in range(1000))


def test_the_window_slides() -> None:
    watch = Watch()
    limit = RateLimit(watch)
    limit.set(2, 10)
    seen = []

    for second in (0, 4, 5, 10, 11, 14):
        watch.seconds = 1000 + second
        seen.append((second, limit.admits()))

    assert seen == [(0, True), (4, True), (5, False), (10, True), (11, False), (14, True)]


def test_a_new_limit_starts_anew_and_none_lifts_it() -> None:
    limit = RateLimit(Watch())
    limit.set(1, 10)
    assert [limit.admits(), limit.admits()] == [True, False]

    limit.set(1, 10)
    assert [limit.admits(), limit.admits()] == [True, False]

    limit.set(None)
    assert limit.admits()


def test_nothing_at_all_may_be_admitted() -> None:
    limit = RateLimit(Watch())
    limit.set(0)

    assert not limit.admits()


@pytest.mark.parametrize(("requests", "seconds"), [(-1, 1.0), (1, 0.0), (1, -5.0)])
def test_a_limit_that_makes_no_sense_is_refused(requests: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="a limit of"):
        RateLimit().set(requests, seconds)


def test_a_kinds_own_latency_goes_before_that_of_all() -> None:
    latency = Latency()
    assert latency.of("chart") == 0
    latency.set(0.5)
    latency.set(2, "chart")

    assert (latency.of("chart"), latency.of("quote")) == (2, 0.5)
    latency.set(0, "chart")
    assert latency.of("chart") == 0
    latency.reset()
    assert latency.of("quote") == 0
    with pytest.raises(ValueError, match="a latency of -1"):
        latency.set(-1)
