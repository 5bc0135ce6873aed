from datetime import UTC, datetime, timedelta

import pytest

from pricing.models import Breaker
from pricing.upstream.circuit import Circuit, State
from stocktracker.monitoring.timeline import strips

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def breaker() -> Breaker:
    return Breaker.locked("yahoo", "quote")


def test_a_strip_is_whole_and_says_how_long_nobody_was_let_through(breaker: Breaker) -> None:
    for ago, state in ((12, State.OPEN), (9, State.HALF_OPEN), (8, State.CLOSED)):
        breaker.move(Circuit(state=state), NOW - ago * HOUR)

    (strip,) = strips(NOW)

    assert [(one.state, one.tone, one.x, one.width) for one in strip.stretches] == [
        ("closed", "gain", "0.000%", "50.000%"),
        ("open", "loss", "50.000%", "12.500%"),
        ("half_open", "warn", "62.500%", "4.167%"),
        ("closed", "gain", "66.667%", "33.333%"),
    ]
    assert strip.asleep == 4 * HOUR


def test_what_has_not_changed_today_is_as_it_is_now(breaker: Breaker) -> None:
    breaker.move(Circuit(state=State.OPEN), NOW - 30 * HOUR)

    (strip,) = strips(NOW)

    assert [(one.state, one.width) for one in strip.stretches] == [("open", "100.000%")]
    assert strip.asleep == 24 * HOUR


def test_a_moment_can_still_be_seen(breaker: Breaker) -> None:
    breaker.move(Circuit(state=State.OPEN), NOW - HOUR)
    breaker.move(Circuit(state=State.CLOSED), NOW - HOUR + timedelta(seconds=1))

    assert [one.width for one in strips(NOW)[0].stretches][1] == "0.200%"
