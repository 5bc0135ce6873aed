from datetime import UTC, date, datetime, timedelta

import exchange_calendars
import pytest

from pricing.market.calendar import (
    ALWAYS,
    BY_QUOTE,
    CALENDARS,
    CURRENCIES,
    DEFAULT,
    calendar_of,
    session_days,
    sessions,
)

BUILT = sorted(set(CALENDARS.values()) - {BY_QUOTE})
CHRISTMAS_EVE = date(2026, 12, 24)


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("exchange", "calendar"),
    [
        ("NMS", "XNYS"),
        ("PCX", "XNYS"),
        ("LSE", "XLON"),
        ("GER", "XETR"),
        ("JPX", "XTKS"),
        ("MCX", "XMOS"),
        ("SAU", "XSAU"),
        ("CCC", ALWAYS),
        ("CCY", CURRENCIES),
        ("CAI", BY_QUOTE),
        ("TLV", BY_QUOTE),
    ],
)
def test_an_exchange_code_leads_to_its_calendar(exchange: str, calendar: str) -> None:
    assert calendar_of(exchange) == calendar


def test_all_codes_of_the_source_are_listed() -> None:
    assert (len(CALENDARS), len(BUILT)) == (112, 56)


def test_hours_of_an_exchange_nobody_listed_are_not_guessed() -> None:
    assert calendar_of("XYZ") == BY_QUOTE
    assert calendar_of("") == DEFAULT


def test_by_quote_has_no_sessions() -> None:
    assert sessions(BY_QUOTE, date(2026, 11, 2), date(2026, 11, 13)) == []
    assert session_days(BY_QUOTE, date(2026, 11, 2), date(2026, 11, 13)) == []


@pytest.mark.parametrize("calendar", BUILT)  # 8 s in all on two old cores, a third of it XKRX and XMOS
def test_every_calendar_named_here_is_built_by_the_installed_libraries(calendar: str) -> None:
    found = sessions(calendar, date(2026, 11, 2), date(2026, 11, 13))

    assert 8 <= len(found) <= 12
    assert all(one.opens_at < one.closes_at for one in found)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("calendar", ["ASEX", "XBEL", "XBSE", "XCYS", "XTAE"])
def test_calendars_that_cannot_be_built_are_still_broken(calendar: str) -> None:
    """If this fails they have healed: give ATH, BVB and TLV their calendars (ASEX, XBSE, XTAE)."""
    with pytest.raises((NotImplementedError, ValueError)):
        exchange_calendars.get_calendar(calendar, start=date(2026, 1, 1), end=date(2026, 12, 31))


def test_thanksgiving_is_no_session_and_the_day_after_closes_early() -> None:
    week = sessions("XNYS", date(2026, 11, 25), date(2026, 11, 30))

    assert [session.day for session in week] == [date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 30)]
    assert week[0].closes_at == utc(date(2026, 11, 25), 21)
    assert week[1].closes_at == utc(date(2026, 11, 27), 18)
    assert week[2].opens_at == utc(date(2026, 11, 30), 14, 30)


def test_the_short_and_the_missing_days_of_new_york_in_2026() -> None:
    year = sessions("XNYS", date(2026, 1, 1), date(2026, 12, 31))

    short = [one.day for one in year if one.closes_at - one.opens_at < timedelta(hours=6)]
    assert short == [date(2026, 11, 27), CHRISTMAS_EVE]
    assert date(2026, 7, 3) not in {one.day for one in year}


def test_daylight_saving_moves_the_open_by_an_hour_of_utc() -> None:
    friday, monday = sessions("XNYS", date(2026, 3, 6), date(2026, 3, 9))

    assert (friday.opens_at.hour, monday.opens_at.hour) == (14, 13)


def test_crypto_trades_on_sundays_and_currencies_do_not() -> None:
    sunday = date(2026, 11, 22)

    [coins] = sessions(ALWAYS, sunday, sunday)

    assert (coins.opens_at, coins.closes_at) == (utc(sunday, 0), utc(sunday + timedelta(days=1), 0))
    assert sessions(CURRENCIES, sunday, sunday) == []
    assert sessions(CURRENCIES, date(2026, 12, 25), date(2026, 12, 25))  # and at Christmas they do


def test_tokyo_lunches_from_half_past_eleven_to_half_past_twelve_and_closes_at_half_past_three() -> None:
    friday = date(2026, 11, 20)

    [session] = sessions("XTKS", friday, friday)

    assert (session.break_starts_at, session.break_ends_at) == (utc(friday, 2, 30), utc(friday, 3, 30))
    assert session.closes_at == utc(friday, 6, 30)
    assert [session.rests_at(utc(friday, 2, minute)) for minute in (29, 30)] == [False, True]
    assert [session.rests_at(utc(friday, 3, minute)) for minute in (29, 30)] == [True, False]


@pytest.mark.parametrize("calendar", ["XHKG", "XSHG", "XTKS"])
def test_asia_has_lunch(calendar: str) -> None:
    assert all(one.break_starts_at for one in sessions(calendar, date(2026, 11, 2), date(2026, 11, 13)))


def test_a_half_day_ends_before_lunch() -> None:
    [session] = sessions("XHKG", CHRISTMAS_EVE, CHRISTMAS_EVE)

    assert (session.closes_at, session.break_starts_at, session.break_ends_at) == (utc(CHRISTMAS_EVE, 4), None, None)


def test_new_york_has_no_lunch() -> None:
    [session] = sessions("XNYS", date(2026, 11, 20), date(2026, 11, 20))

    assert (session.break_starts_at, session.break_ends_at) == (None, None)
    assert not session.rests_at(utc(session.day, 17))


def test_the_days_of_sessions_leave_holidays_out() -> None:
    days = session_days("XNYS", date(2012, 10, 26), date(2012, 10, 31))

    assert days == [date(2012, 10, 26), date(2012, 10, 31)]  # a hurricane between


@pytest.mark.parametrize(
    ("calendar", "first"),
    [("XTKS", date(1997, 1, 6)), ("XSAU", date(2021, 1, 3)), ("XBOM", date(1997, 1, 1)), ("XSHG", date(1990, 12, 19))],
)
def test_a_calendar_that_begins_later_has_no_days_before(calendar: str, first: date) -> None:
    days = session_days(calendar, date(1980, 1, 1), first + timedelta(days=60))

    assert abs(days[0] - first) < timedelta(days=20)
    assert [one.day for one in sessions(calendar, date(1980, 1, 1), first + timedelta(days=60))] == days
    assert sessions(calendar, date(1980, 1, 1), date(1981, 1, 1)) == []


@pytest.mark.parametrize("calendar", ["XBOM", "XHKG", "XSAU", "XSES", "XSHG"])
def test_a_calendar_that_is_recorded_up_to_some_year_ends_there(calendar: str) -> None:
    days = session_days(calendar, date(2026, 11, 2), date(2070, 1, 1))

    assert date(2026, 12, 1) < days[-1] < date(2060, 1, 1)
    assert session_days(calendar, date(2070, 1, 1), date(2071, 1, 1)) == []
