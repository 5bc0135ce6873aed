"""What time it is in the simulated market."""

from datetime import UTC, datetime, timedelta

from pricing.simulator.clock import Clock

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Ticking:
    """A real time that moves when told."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def test_it_is_the_real_time_until_told_otherwise_and_again_afterwards() -> None:
    source = Ticking()
    clock = Clock(source)

    clock.set(NOON + DAY)
    clock.advance(DAY)
    clock.set(None)

    assert clock.now() == NOON


def test_a_time_that_was_set_stands_still_until_advanced() -> None:
    source = Ticking()
    clock = Clock(source)

    clock.set(NOON - DAY)
    source.at += DAY

    assert clock.now() == NOON - DAY
    clock.advance(DAY)
    assert clock.now() == NOON


def test_a_running_time_goes_on_from_where_it_was_set() -> None:
    source = Ticking()
    clock = Clock(source)

    clock.set(NOON - 10 * DAY, running=True)
    source.at += DAY
    clock.advance(DAY)

    assert clock.now() == NOON - 8 * DAY
