from datetime import UTC, datetime, timedelta

import pytest

from pricing.market.freshness import Freshness, Hours, freshness, worst

OPEN, CLOSE = datetime(2026, 11, 19, 14, 30, tzinfo=UTC), datetime(2026, 11, 19, 21, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CLOSED = Hours(OPEN, CLOSE, CLOSE - DAY, None, OPEN + DAY)
TRADING = Hours(OPEN, CLOSE, CLOSE - DAY, CLOSE + DAY, OPEN + 2 * DAY)
MIDDAY = OPEN + timedelta(hours=3)
LUNCH = Hours(OPEN, MIDDAY, CLOSE - DAY, None, MIDDAY + timedelta(hours=1))  # of a session that began at OPEN
UNKNOWN = Hours(None, None, None, None, None)
EVENING, NOON = CLOSE + timedelta(hours=3), OPEN + DAY + timedelta(hours=2)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("hours", "now", "asked", "expected"),
    [
        (TRADING, NOON, NOON - minutes(5), Freshness.FRESH),
        (TRADING, NOON, NOON - minutes(6), Freshness.CACHED),
        (TRADING, NOON, CLOSE + minutes(1), Freshness.CACHED),
        (TRADING, NOON, CLOSE - minutes(1), Freshness.STALE),
        (CLOSED, EVENING, CLOSE, Freshness.FRESH),
        (CLOSED, EVENING, CLOSE - minutes(1), Freshness.CACHED),
        (CLOSED, EVENING, CLOSE - DAY - minutes(1), Freshness.STALE),
        (LUNCH, MIDDAY + minutes(50), MIDDAY, Freshness.FRESH),
        (LUNCH, MIDDAY + minutes(50), MIDDAY - minutes(1), Freshness.CACHED),
        (LUNCH, MIDDAY + minutes(50), CLOSE - DAY, Freshness.CACHED),
        (LUNCH, MIDDAY + minutes(50), CLOSE - DAY - minutes(1), Freshness.STALE),
    ],
)
def test_a_price_ages_by_its_exchanges_sessions(
    hours: Hours, now: datetime, asked: datetime, expected: Freshness
) -> None:
    assert freshness(asked, hours, now) is expected


@pytest.mark.parametrize(
    ("state", "age", "expected"),
    [
        ("REGULAR", minutes(5), Freshness.FRESH),
        ("REGULAR", minutes(6), Freshness.CACHED),
        ("CLOSED", minutes(60), Freshness.FRESH),
        ("POST", minutes(61), Freshness.CACHED),
        ("", minutes(60), Freshness.FRESH),
        ("CLOSED", DAY, Freshness.CACHED),
        ("REGULAR", DAY, Freshness.CACHED),
        ("CLOSED", DAY + minutes(1), Freshness.STALE),
        ("REGULAR", DAY + minutes(1), Freshness.STALE),
    ],
)
def test_where_the_hours_are_not_known_the_quote_says_whether_it_trades(
    state: str, age: timedelta, expected: Freshness
) -> None:
    assert freshness(NOON - age, UNKNOWN, NOON, market_state=state) is expected


def test_hours_are_not_known_either_where_the_last_recorded_session_has_ended() -> None:
    run_out = Hours(OPEN, CLOSE, CLOSE - DAY, None, None)

    assert (CLOSED.are_known, TRADING.are_known, LUNCH.are_known, run_out.are_known) == (True, True, True, False)
    assert freshness(CLOSE, run_out, EVENING) is Freshness.CACHED
    assert freshness(CLOSE, run_out, EVENING, refused=True) is Freshness.STALE


def test_the_quote_does_not_contradict_hours_that_are_known() -> None:
    assert freshness(CLOSE, CLOSED, EVENING, market_state="REGULAR") is Freshness.FRESH


def test_a_weekend_does_not_age_a_closing_price() -> None:
    assert freshness(CLOSE, CLOSED, CLOSE + timedelta(days=2)) is Freshness.FRESH


def test_an_older_price_is_stale_while_the_source_refuses() -> None:
    assert freshness(NOON - minutes(10), TRADING, NOON, refused=True) is Freshness.STALE


def test_a_fresh_price_stays_fresh_while_the_source_refuses() -> None:
    assert freshness(NOON - minutes(1), TRADING, NOON, refused=True) is Freshness.FRESH


def test_without_a_price_there_is_nothing_to_age() -> None:
    assert freshness(None, TRADING, NOON) is Freshness.MISSING


def test_one_number_of_many_prices_is_as_old_as_the_oldest() -> None:
    assert worst([Freshness.FRESH, Freshness.STALE, Freshness.CACHED]) is Freshness.STALE
    assert worst([]) is Freshness.FRESH
