from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from pricing.market.bars import records
from pricing.market.calendar import sessions
from pricing.market.freshness import Hours
from pricing.models import Breaker, Dividend, Finding, Instrument, Quote, TradingSession, Upstream
from pricing.packed import merge
from pricing.selectors import (
    calendars_in_use,
    dividend_days,
    doubted,
    findings,
    histories,
    hours,
    last_closed_sessions,
    refusal,
    spent_today,
    to_refresh,
    trading_now,
    with_gaps,
    without_quote,
)
from pricing.upstream.client import Bar

pytestmark = pytest.mark.django_db

WEDNESDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 27)  # Thanksgiving is between them
WEDNESDAY_CLOSE = datetime(2026, 11, 25, 21, 0, tzinfo=UTC)
FRIDAY_OPEN, FRIDAY_CLOSE = datetime(2026, 11, 27, 14, 30, tzinfo=UTC), datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def november() -> None:
    """The real sessions of three exchanges."""
    TradingSession.objects.bulk_create(
        TradingSession(calendar=name, session=s.day, opens_at=s.opens_at, closes_at=s.closes_at)
        for name in ("XNYS", "XLON", "24/7")
        for s in sessions(name, date(2026, 11, 1), date(2026, 12, 4))
    )


@pytest.fixture
def vodafone() -> Instrument:
    return Instrument.objects.create(symbol="VOD.L", calendar="XLON", status=Instrument.Status.ACTIVE)


def with_bars(instrument: Instrument, *days: int) -> None:
    """Bars on these days of November, each closing at the number of its day."""
    merge(records(instrument.pk, [Bar(date(2026, 11, day), day, day, day, day, day, 1) for day in days]))


def test_hours_on_a_holiday_look_to_both_sides() -> None:
    thanksgiving = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)

    around = hours(["XNYS"], thanksgiving)["XNYS"]

    assert around == Hours(
        last_open=datetime(2026, 11, 25, 14, 30, tzinfo=UTC),
        last_close=WEDNESDAY_CLOSE,
        previous_close=datetime(2026, 11, 24, 21, 0, tzinfo=UTC),
        closes_at=None,
        next_open=FRIDAY_OPEN,
    )


@pytest.mark.parametrize(
    ("now", "is_open"),
    [(FRIDAY_OPEN - SECOND, False), (FRIDAY_OPEN, True), (FRIDAY_CLOSE - SECOND, True), (FRIDAY_CLOSE, False)],
)
def test_an_exchange_is_open_from_its_open_to_its_real_close(
    apple: Instrument, now: datetime, *, is_open: bool
) -> None:
    assert hours(["XNYS"], now)["XNYS"].is_open is is_open
    assert trading_now(now).exists() is is_open


def test_hours_of_many_calendars_are_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    def names() -> Iterator[str]:
        yield from ("XNYS", "XLON", "24/7", "XTKS", "XNYS")

    with django_assert_num_queries(1):
        around = hours(names(), FRIDAY_OPEN)

    assert around.keys() == {"XNYS", "XLON", "24/7", "XTKS"}
    assert around["XTKS"] == Hours(None, None, None, None, None)
    assert around["24/7"].is_open


def test_instruments_of_open_exchanges_are_trading_unless_nobody_knows_them(
    apple: Instrument, vodafone: Instrument
) -> None:
    Instrument.objects.create(symbol="NOSUCH", calendar="XLON", status=Instrument.Status.UNKNOWN)
    Instrument.objects.create(symbol="NEWONE")

    london_only = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)

    assert list(trading_now(london_only)) == [vodafone]
    assert list(trading_now(FRIDAY_OPEN)) == [apple, vodafone]


def test_the_last_closed_session_of_each_calendar_in_use(
    apple: Instrument, vodafone: Instrument, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        closed = last_closed_sessions(FRIDAY_CLOSE + timedelta(minutes=30), timedelta(minutes=30))

    assert [(row.calendar, row.session) for row in closed] == [("XLON", FRIDAY), ("XNYS", FRIDAY)]


def test_a_session_counts_as_closed_only_after_the_delay(apple: Instrument) -> None:
    just_before = FRIDAY_CLOSE + timedelta(minutes=30) - SECOND

    (row,) = last_closed_sessions(just_before, timedelta(minutes=30))

    assert row.session == WEDNESDAY


def test_without_instruments_no_calendar_is_in_use() -> None:
    Instrument.objects.create(symbol="NEWONE")
    Instrument.objects.create(symbol="NOSUCH", calendar="XNYS", status=Instrument.Status.UNKNOWN)

    assert list(calendars_in_use()) == []
    assert last_closed_sessions(FRIDAY_CLOSE, timedelta(0)) == []


def test_a_calendar_is_named_once_however_many_keep_it(apple: Instrument, vodafone: Instrument) -> None:
    Instrument.objects.create(symbol="MSFT", calendar="XNYS")

    assert sorted(calendars_in_use()) == ["XLON", "XNYS"]


NOVEMBER = (17, 18, 19, 20, 23, 24, 25)  # sessions of New York in the ten days before Friday morning
FRIDAY_MORNING = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "gap"),
    [
        (NOVEMBER, False),
        (NOVEMBER[:-1], True),
        ((*NOVEMBER[:2], *NOVEMBER[3:]), True),
        ((), True),
        ((*NOVEMBER[1:],), False),  # the first one ended more than ten days ago
    ],
)
def test_a_gap_is_a_session_that_ended_lately_without_a_bar(
    apple: Instrument, days: tuple[int, ...], *, gap: bool
) -> None:
    fetched(apple, datetime(2026, 11, 16, tzinfo=UTC))
    with_bars(apple, *days)

    assert with_gaps(FRIDAY_MORNING + timedelta(hours=16)) == ([apple.pk] if gap else [])


def fetched(instrument: Instrument, at: datetime) -> None:
    Instrument.objects.filter(pk=instrument.pk).update(fetched_at=at)


def test_a_session_that_has_just_ended_is_no_gap_yet(apple: Instrument) -> None:
    fetched(apple, datetime(2026, 11, 16, tzinfo=UTC))
    with_bars(apple, 16, *NOVEMBER[:-1])

    assert with_gaps(WEDNESDAY_CLOSE + timedelta(hours=8) - SECOND) == []
    assert with_gaps(WEDNESDAY_CLOSE + timedelta(hours=8)) == [apple.pk]


def test_what_is_missing_three_days_after_its_close_is_asked_for_no_more(apple: Instrument) -> None:
    with_bars(apple, *NOVEMBER[:-1])
    fetched(apple, WEDNESDAY_CLOSE + timedelta(days=3) - SECOND)
    before = with_gaps(WEDNESDAY_CLOSE + timedelta(days=4))
    fetched(apple, WEDNESDAY_CLOSE + timedelta(days=3))

    assert (before, with_gaps(WEDNESDAY_CLOSE + timedelta(days=4))) == ([apple.pk], [apple.pk])
    with_bars(apple, 27)
    assert with_gaps(WEDNESDAY_CLOSE + timedelta(days=4)) == []


def test_another_exchanges_bars_fill_no_gap(apple: Instrument, vodafone: Instrument) -> None:
    for row in (apple, vodafone):
        fetched(row, datetime(2026, 11, 16, tzinfo=UTC))
    with_bars(vodafone, *range(16, 28))

    assert with_gaps(FRIDAY_MORNING) == [apple.pk]


def test_instruments_that_wait_for_their_first_history_have_no_gap() -> None:
    Instrument.objects.create(symbol="NEWONE", calendar="XNYS")
    Instrument.objects.create(symbol="NOSUCH", calendar="XNYS", status=Instrument.Status.UNKNOWN)

    assert with_gaps(FRIDAY_MORNING) == []


def test_histories_in_turn_are_those_of_exchanges_that_close(apple: Instrument, vodafone: Instrument) -> None:
    for row in (apple, vodafone):
        fetched(row, FRIDAY_OPEN)
    Instrument.objects.filter(pk=vodafone.pk).update(status=Instrument.Status.DELISTED)
    for symbol, calendar in (("BTC-USD", "24/7"), ("EURUSD=X", "24/5")):
        Instrument.objects.create(symbol=symbol, calendar=calendar, status="active", fetched_at=FRIDAY_OPEN)

    assert histories() == [(apple.pk, FRIDAY_OPEN), (vodafone.pk, FRIDAY_OPEN)]


def test_what_was_refused_or_unknown_at_first_is_asked_for_each_day(apple: Instrument, vodafone: Instrument) -> None:
    unknown = [
        Instrument.objects.create(symbol=symbol, status=Instrument.Status.UNKNOWN, strikes=strikes, struck_on=day)
        for symbol, strikes, day in (("A", 1, WEDNESDAY), ("B", 3, WEDNESDAY), ("C", 1, FRIDAY))
    ]
    for instrument, kind in ((apple, "history"), (apple, "currency"), (vodafone, "gap")):
        Finding.objects.create(instrument=instrument, kind=kind, day=FRIDAY, message="Wrong.", found_at=FRIDAY_OPEN)

    assert doubted(FRIDAY_OPEN) == [apple.pk, unknown[0].pk]


def test_ex_dates_are_those_of_priced_instruments_since_a_day(apple: Instrument, vodafone: Instrument) -> None:
    Instrument.objects.filter(pk=vodafone.pk).update(status=Instrument.Status.DELISTED)
    for instrument, day in ((apple, WEDNESDAY), (apple, FRIDAY), (apple, date(2020, 1, 2)), (vodafone, FRIDAY)):
        Dividend.objects.create(instrument=instrument, ex_date=day, amount=1)

    assert dividend_days(date(2026, 1, 1)) == {apple.pk: [WEDNESDAY, FRIDAY]}


def test_who_has_a_history_and_no_quote_waits_for_one(apple: Instrument, vodafone: Instrument) -> None:
    for row in (apple, vodafone):
        fetched(row, FRIDAY_OPEN)
    Quote.objects.create(instrument=vodafone, price=1, at=FRIDAY_OPEN, fetched_at=FRIDAY_OPEN)
    Instrument.objects.create(symbol="NEWONE")
    Instrument.objects.create(symbol="GONE", status=Instrument.Status.DELISTED, fetched_at=FRIDAY_OPEN)

    assert list(without_quote()) == [apple]


def test_a_closing_price_is_asked_for_within_five_minutes_of_the_close(apple: Instrument) -> None:
    moments = [FRIDAY_CLOSE + timedelta(minutes=minutes) for minutes in (-1, 0, 4, 5)]

    assert [to_refresh(now).exists() for now in moments] == [True, True, True, False]
    Instrument.objects.update(status=Instrument.Status.DELISTED)
    assert not to_refresh(FRIDAY_CLOSE).exists()


def test_what_was_asked_today_is_counted_by_the_day_of_utc() -> None:
    nobody = spent_today(FRIDAY_OPEN)
    Upstream.objects.create(name="yahoo", day_started_at=FRIDAY_OPEN.replace(hour=0, minute=0), day_count=7)

    assert (nobody, spent_today(FRIDAY_OPEN), spent_today(FRIDAY_OPEN + timedelta(days=1))) == (0, 7, 0)


def test_a_refusal_says_why_and_is_empty_while_the_source_is_asked() -> None:
    before = refusal(FRIDAY_OPEN)
    row = Breaker.locked("yahoo", "quote")
    row.move(row.circuit.after_failure(FRIDAY_OPEN, 0, weight=5, reason="HTTP 429"), FRIDAY_OPEN)

    after = refusal(FRIDAY_OPEN), refusal(FRIDAY_OPEN + timedelta(seconds=300))

    assert (before, after) == ("", ("HTTP 429", ""))


def test_who_is_priced_from_files_belongs_to_no_schedule() -> None:
    Instrument.objects.create(symbol="HOUSE", calendar="XLON", status=Instrument.Status.MANUAL)

    assert not trading_now(WEDNESDAY_CLOSE - timedelta(hours=6)).exists()
    assert list(calendars_in_use()) == []
    assert with_gaps(FRIDAY_MORNING) == []


def test_findings_of_several_instruments_are_one_query(
    apple: Instrument, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    coke = Instrument.objects.create(symbol="KO")
    other = Instrument.objects.create(symbol="PEP")
    for row, day in ((coke, WEDNESDAY), (apple, FRIDAY), (apple, WEDNESDAY), (other, FRIDAY)):
        Finding.objects.create(instrument=row, kind="jump", day=day, message="Wrong.", found_at=FRIDAY_OPEN)

    with django_assert_num_queries(1):
        found = [(row.instrument.symbol, row.day) for row in findings([apple.pk, coke.pk])]

    assert found == [("AAPL", WEDNESDAY), ("AAPL", FRIDAY), ("KO", WEDNESDAY)]


def test_what_somebody_ignores_is_not_told_again(apple: Instrument) -> None:
    Finding.objects.create(
        instrument=apple, kind="jump", day=FRIDAY, message="Wrong.", found_at=FRIDAY_OPEN, ignored_at=FRIDAY_OPEN
    )

    assert findings([apple.pk]) == []
