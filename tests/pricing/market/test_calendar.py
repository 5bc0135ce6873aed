from datetime import UTC, date, datetime

import pytest

from pricing.market.calendar import ALWAYS, CALENDARS, CURRENCIES, calendar_of, session_days, sessions


@pytest.mark.parametrize(
    ("exchange", "calendar"),
    [
        ("NMS", "XNYS"),
        ("PCX", "XNYS"),
        ("LSE", "XLON"),
        ("GER", "XETR"),
        ("JPX", "XTKS"),
        ("CCC", ALWAYS),
        ("CCY", CURRENCIES),
    ],
)
def test_an_exchange_code_leads_to_its_calendar(exchange: str, calendar: str) -> None:
    assert calendar_of(exchange) == calendar


def test_an_exchange_nobody_listed_keeps_new_yorks_sessions() -> None:
    assert calendar_of("XYZ") == "XNYS"


def test_thanksgiving_is_no_session_and_the_day_after_closes_early() -> None:
    week = sessions("XNYS", date(2026, 11, 25), date(2026, 11, 30))

    assert [session.day for session in week] == [date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 30)]
    assert week[0].closes_at == datetime(2026, 11, 25, 21, 0, tzinfo=UTC)
    assert week[1].closes_at == datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


def test_daylight_saving_moves_the_open_by_an_hour_of_utc() -> None:
    friday, monday = sessions("XNYS", date(2026, 3, 6), date(2026, 3, 9))

    assert (friday.opens_at.hour, monday.opens_at.hour) == (14, 13)


def test_crypto_trades_on_sundays_and_currencies_do_not() -> None:
    sunday = date(2026, 11, 22)

    assert [s.day for s in sessions(ALWAYS, sunday, sunday)] == [sunday]
    assert sessions(CURRENCIES, sunday, sunday) == []


@pytest.mark.parametrize("calendar", sorted(set(CALENDARS.values())))
def test_every_calendar_named_here_can_be_built(calendar: str) -> None:
    assert sessions(calendar, date(2026, 11, 2), date(2026, 11, 13))


def test_the_days_of_sessions_leave_holidays_out() -> None:
    days = session_days("XNYS", date(2012, 10, 26), date(2012, 10, 31))

    assert days == [date(2012, 10, 26), date(2012, 10, 31)]  # a hurricane between


def test_a_calendar_that_begins_later_has_no_days_before() -> None:
    days = session_days("XTKS", date(1990, 1, 1), date(1997, 2, 28))

    assert date(1997, 1, 1) < days[0] < date(1997, 1, 20)
