"""When the simulated exchanges are open."""

from datetime import UTC, datetime

import numpy as np
import pytest

from pricing.simulator.sessions import EXCHANGES, Exchange, market_state, sessions


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_new_york_is_closed_on_thanksgiving_and_closes_early_the_day_after() -> None:
    calendar = sessions("XNYS")
    friday = int(np.searchsorted(calendar.days, np.datetime64("2026-11-27")))

    assert np.datetime64("2026-11-26") not in calendar.days
    assert datetime.fromtimestamp(int(calendar.closes[friday]), UTC) == utc(27, 18)


@pytest.mark.parametrize(
    ("code", "at", "state"),
    [
        ("NMS", utc(20, 15), "REGULAR"),
        ("NMS", utc(20, 21), "POST"),
        ("NMS", utc(20, 13), "PRE"),
        ("NMS", utc(21, 15), "CLOSED"),
        ("LSE", utc(20, 8), "REGULAR"),
        ("LSE", utc(20, 16, 30), "CLOSED"),
        ("JPX", utc(20, 6, 29), "REGULAR"),
        ("JPX", utc(20, 7), "CLOSED"),
        ("JPX", utc(20, 3), "REGULAR"),  # lunch: Yahoo says nothing of it
        ("HKG", utc(20, 4, 30), "REGULAR"),  # lunch
        ("HKG", utc(20, 8), "CLOSED"),
        ("TOR", utc(20, 20, 59), "REGULAR"),
        ("PAR", utc(20, 16, 29), "REGULAR"),
        ("JNB", utc(20, 15), "CLOSED"),
        ("ATH", utc(20, 8, 15), "REGULAR"),
        ("ATH", utc(20, 8, 14), "CLOSED"),
        ("ATH", utc(20, 15, 20), "CLOSED"),
        ("ATH", utc(20, 14, 19, month=7), "REGULAR"),
        ("ATH", utc(20, 14, 20, month=7), "CLOSED"),
        ("TLV", utc(20, 7, 59), "REGULAR"),
        ("TLV", utc(20, 15, 25), "CLOSED"),
        ("TLV", utc(22, 10), "CLOSED"),  # a Sunday
        ("CCC", utc(22, 3), "REGULAR"),
        ("CCY", utc(20, 3), "REGULAR"),
        ("CCY", utc(20, 21, 59), "REGULAR"),
        ("CCY", utc(20, 22), "CLOSED"),
        ("CCY", utc(22, 3), "CLOSED"),
    ],
)
def test_the_state_of_a_market_follows_its_hours(code: str, at: datetime, state: str) -> None:
    assert market_state(EXCHANGES[code], at) == state


def test_the_closing_minute_is_closed_and_before_all_sessions_nothing_has_started() -> None:
    calendar = sessions("XNYS")

    assert calendar.is_open(utc(20, 20, 59))
    assert not calendar.is_open(utc(20, 21))
    assert calendar.last_started(datetime(1990, 1, 1, tzinfo=UTC)) == -1


@pytest.mark.parametrize("exchange", EXCHANGES.values(), ids=lambda exchange: exchange.code)
def test_sessions_are_in_order_and_do_not_overlap(exchange: Exchange) -> None:
    calendar = sessions(exchange.calendar)

    assert (np.diff(calendar.days) > np.timedelta64(0)).all()
    assert (calendar.opens < calendar.closes).all()
    assert (calendar.closes[:-1] <= calendar.opens[1:]).all()
