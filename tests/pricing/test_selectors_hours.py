"""Lunch breaks, and exchanges whose hours are not known: what the last quote says of them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pricing.market.calendar import ALWAYS, BY_QUOTE, sessions
from pricing.market.freshness import Hours
from pricing.models import Instrument, Quote, TradingSession
from pricing.selectors import LOOK_EVERY, exchange_is_open, hours, trading_now

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 20)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def tokyo(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=UTC) - timedelta(hours=9)


NIGHT = tokyo(23)


@pytest.fixture
def toyota() -> Instrument:
    """With Tokyo's sessions of two weeks."""
    TradingSession.objects.bulk_create(
        TradingSession(
            calendar="XTKS",
            session=s.day,
            opens_at=s.opens_at,
            closes_at=s.closes_at,
            break_starts_at=s.break_starts_at,
            break_ends_at=s.break_ends_at,
        )
        for s in sessions("XTKS", FRIDAY - timedelta(days=7), FRIDAY + timedelta(days=7))
    )
    return Instrument.objects.create(symbol="7203.T", calendar="XTKS", status=Instrument.Status.ACTIVE)


def listed(symbol: str, calendar: str = BY_QUOTE, **fields: str) -> Instrument:
    return Instrument.objects.create(symbol=symbol, calendar=calendar, **{"status": Instrument.Status.ACTIVE} | fields)


def quoted(instrument: Instrument, state: str, age: timedelta) -> Instrument:
    """Asked for that long before NIGHT."""
    made = NIGHT - age
    Quote.objects.create(instrument=instrument, price=Decimal(1), at=made, fetched_at=made, market_state=state)
    return instrument


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (tokyo(11, 30) - SECOND, True),
        (tokyo(11, 30), False),
        (tokyo(12, 30) - SECOND, False),
        (tokyo(12, 30), True),
        (tokyo(15, 30) - SECOND, True),
        (tokyo(15, 30), False),
    ],
)
def test_nobody_trades_at_lunch(toyota: Instrument, now: datetime, *, is_open: bool) -> None:
    assert hours(["XTKS"], now)["XTKS"].is_open is is_open
    assert trading_now(now).exists() is is_open
    assert exchange_is_open(now) is is_open


def test_hours_at_lunch_look_to_its_start_to_its_end_and_to_the_close_before(toyota: Instrument) -> None:
    assert hours(["XTKS"], tokyo(12))["XTKS"] == Hours(
        last_open=tokyo(9),
        last_close=tokyo(11, 30),
        previous_close=tokyo(15, 30) - DAY,
        closes_at=None,
        next_open=tokyo(12, 30),
    )


def test_hours_after_lunch_are_those_of_the_whole_session(toyota: Instrument) -> None:
    around = hours(["XTKS"], tokyo(13))["XTKS"]

    assert (around.last_close, around.closes_at) == (tokyo(15, 30) - DAY, tokyo(15, 30))


def test_hours_of_by_quote_are_not_known() -> None:
    assert not hours([BY_QUOTE], NIGHT)[BY_QUOTE].are_known


def test_what_is_quoted_as_trading_trades_and_the_rest_is_looked_at_again_after_a_while() -> None:
    trading = quoted(listed("COMI.CA"), "REGULAR", timedelta(minutes=1))
    overdue = quoted(listed("EMAAR.AE"), "CLOSED", LOOK_EVERY + SECOND)
    never = listed("QNBK.QA")
    quoted(listed("NBK.KW"), "CLOSED", LOOK_EVERY)
    quoted(listed("GONE.KW", status=Instrument.Status.DELISTED), "REGULAR", timedelta(minutes=1))

    assert list(trading_now(NIGHT)) == [trading, overdue, never]


@pytest.mark.parametrize(
    ("state", "age", "is_open"),
    [
        ("REGULAR", timedelta(minutes=1), True),
        ("REGULAR", LOOK_EVERY + SECOND, False),  # that long ago it says nothing about now
        ("CLOSED", LOOK_EVERY + SECOND, False),  # to look at it makes no exchange open
    ],
)
def test_an_exchange_of_unknown_hours_is_open_if_a_recent_quote_says_so(
    state: str, age: timedelta, *, is_open: bool
) -> None:
    quoted(listed("COMI.CA"), state, age)

    assert exchange_is_open(NIGHT) is is_open


def test_a_quote_does_not_open_an_exchange_whose_hours_are_known(toyota: Instrument) -> None:
    quoted(toyota, "REGULAR", timedelta(minutes=1))

    assert not trading_now(NIGHT).exists()
    assert not exchange_is_open(NIGHT)


def test_where_the_recorded_sessions_have_run_out_the_quote_counts_too(toyota: Instrument) -> None:
    later = NIGHT + timedelta(days=30)
    quoted(toyota, "CLOSED", timedelta(minutes=1))

    assert not hours(["XTKS"], later)["XTKS"].are_known
    assert list(trading_now(later)) == [toyota]


def test_coins_open_no_exchange_and_what_has_no_calendar_yet_is_not_asked_for() -> None:
    coin = quoted(listed("BTC-USD", ALWAYS), "REGULAR", timedelta(minutes=1))
    Instrument.objects.create(symbol="NEWONE")
    TradingSession.objects.create(calendar=ALWAYS, session=FRIDAY, opens_at=NIGHT - DAY / 2, closes_at=NIGHT + DAY / 2)

    assert list(trading_now(NIGHT)) == [coin]
    assert not exchange_is_open(NIGHT)
