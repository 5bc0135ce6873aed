from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from pricing.market.bars import records
from pricing.market.calendar import sessions
from pricing.market.freshness import Hours
from pricing.models import Finding, Instrument, TradingSession, Upstream
from pricing.packed import merge
from pricing.selectors import (
    calendars_in_use,
    findings,
    hours,
    last_closed_sessions,
    refusal,
    trading_now,
    with_gap,
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


@pytest.mark.parametrize(
    ("days", "gap"),
    [
        ([24, 25], False),
        ([24, 25, 27], False),
        ([24], True),
        ([23, 24, 27], True),  # the day of the session has its provisional bar, the days before it are missing
        ([27], True),
        ([], True),
    ],
)
def test_a_gap_is_a_missing_bar_of_the_session_before(apple: Instrument, days: list[int], *, gap: bool) -> None:
    with_bars(apple, *days)

    assert with_gap("XNYS", FRIDAY).exists() is gap


def test_another_exchanges_bars_fill_no_gap(apple: Instrument, vodafone: Instrument) -> None:
    with_bars(vodafone, 25, 26, 27)

    assert list(with_gap("XNYS", FRIDAY)) == [apple]
    assert list(with_gap("XLON", FRIDAY)) == []


def test_instruments_that_wait_for_their_first_history_have_no_gap() -> None:
    Instrument.objects.create(symbol="NEWONE", calendar="XNYS")
    Instrument.objects.create(symbol="NOSUCH", calendar="XNYS", status=Instrument.Status.UNKNOWN)

    assert not with_gap("XNYS", FRIDAY).exists()


def test_before_the_first_session_we_know_only_an_empty_history_is_a_gap(
    apple: Instrument, vodafone: Instrument
) -> None:
    microsoft = Instrument.objects.create(symbol="MSFT", calendar="XNYS", status=Instrument.Status.ACTIVE)
    with_bars(apple, 2)

    assert list(with_gap("XNYS", date(2026, 11, 2))) == [microsoft]


def test_a_refusal_says_why_and_is_empty_while_the_source_is_asked() -> None:
    before = refusal(FRIDAY_OPEN)
    row = Upstream.locked("yahoo")
    row.move(row.circuit.after_failure(FRIDAY_OPEN, 0, weight=5, reason="HTTP 429"), FRIDAY_OPEN)

    after = refusal(FRIDAY_OPEN), refusal(FRIDAY_OPEN + timedelta(seconds=300))

    assert (before, after) == ("", ("HTTP 429", ""))


def test_who_is_priced_from_files_belongs_to_no_schedule() -> None:
    Instrument.objects.create(symbol="HOUSE", calendar="XLON", status=Instrument.Status.MANUAL)

    assert not trading_now(WEDNESDAY_CLOSE - timedelta(hours=6)).exists()
    assert list(calendars_in_use()) == []
    assert not with_gap("XLON", FRIDAY).exists()


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
