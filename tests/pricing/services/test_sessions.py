from datetime import UTC, date, datetime

import pytest

from pricing.market.calendar import BY_QUOTE
from pricing.models import Instrument, TradingSession
from pricing.services.sessions import materialise

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


def close_of(calendar: str, day: date) -> datetime:
    return TradingSession.objects.get(calendar=calendar, session=day).closes_at


def test_a_new_database_gets_new_yorks_sessions_and_those_of_coins_and_currencies() -> None:
    new = materialise(TODAY)

    stored = TradingSession.objects.order_by().values_list("calendar", flat=True).distinct()
    assert new == TradingSession.objects.count() > 365 + 250 + 250
    assert set(stored) == {"XNYS", "24/5", "24/7"}


def test_an_early_close_and_a_holiday_are_as_the_exchange_has_them() -> None:
    materialise(TODAY)

    assert close_of("XNYS", date(2026, 11, 27)) == datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
    assert not TradingSession.objects.filter(calendar="XNYS", session=date(2026, 11, 26)).exists()


def test_the_calendar_of_every_instrument_is_there() -> None:
    Instrument.objects.create(symbol="7203.T", calendar="XTKS")
    Instrument.objects.create(symbol="NEWONE")

    materialise(TODAY)

    assert close_of("XTKS", TODAY) == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


def test_lunch_is_stored_and_corrected() -> None:
    Instrument.objects.create(symbol="7203.T", calendar="XTKS")
    materialise(TODAY)
    TradingSession.objects.update(break_starts_at=None, break_ends_at=None)

    materialise(TODAY)

    lunch = TradingSession.objects.get(calendar="XTKS", session=TODAY)
    starts_at, ends_at = (datetime(2026, 11, 20, hour, 30, tzinfo=UTC) for hour in (2, 3))
    assert (lunch.break_starts_at, lunch.break_ends_at) == (starts_at, ends_at)
    assert not TradingSession.objects.filter(calendar="XNYS", break_starts_at__isnull=False).exists()


def test_what_trades_by_quote_has_no_sessions_to_store() -> None:
    Instrument.objects.create(symbol="COMI.CA", calendar=BY_QUOTE)

    materialise(TODAY)

    assert not TradingSession.objects.filter(calendar=BY_QUOTE).exists()


@pytest.mark.parametrize("today", [date(1997, 6, 2), date(2021, 6, 1), TODAY])
def test_no_calendar_stops_the_others_not_even_one_that_is_recorded_for_some_years_only(today: date) -> None:
    recorded_for_some_years = {"XTKS", "XSAU", "XBOM", "XSES", "XSHG"}
    for calendar in recorded_for_some_years:
        Instrument.objects.create(symbol=calendar, calendar=calendar)

    materialise(today)

    stored = set(TradingSession.objects.order_by().values_list("calendar", flat=True).distinct())
    assert stored >= {"XNYS", "24/5", "24/7"} | (recorded_for_some_years - ({"XSAU"} if today.year < 2021 else set()))


def test_a_calendar_without_a_future_keeps_its_past() -> None:
    Instrument.objects.create(symbol="600519.SS", calendar="XSHG")
    materialise(TODAY)
    last = TradingSession.objects.filter(calendar="XSHG").latest("session").session

    materialise(date(last.year + 3, 6, 1))

    assert TradingSession.objects.filter(calendar="XSHG", session=last).exists()


def test_doing_it_again_adds_nothing_and_corrects_what_has_changed() -> None:
    materialise(TODAY)
    right = close_of("XNYS", TODAY)
    TradingSession.objects.filter(calendar="XNYS", session=TODAY).update(closes_at=datetime(2026, 11, 20, tzinfo=UTC))

    new = materialise(TODAY)

    assert (new, close_of("XNYS", TODAY)) == (0, right)


def test_a_session_the_exchange_has_called_off_goes_and_older_ones_stay() -> None:
    materialise(TODAY)
    opening = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
    for day in (date(2026, 11, 26), date(2020, 11, 26)):
        TradingSession.objects.create(calendar="XNYS", session=day, opens_at=opening, closes_at=opening)

    materialise(TODAY)

    assert not TradingSession.objects.filter(calendar="XNYS", session=date(2026, 11, 26)).exists()
    assert TradingSession.objects.filter(calendar="XNYS", session=date(2020, 11, 26)).exists()
