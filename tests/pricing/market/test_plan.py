from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.market.plan import CHECK_DAYS, Candidate, Rank, dividend_is_near, in_order, refresh_every, todays_checks
from pricing.upstream.pacing import Limits

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_who_looks_comes_before_who_holds_and_the_longest_unasked_before_the_others() -> None:
    candidates = [
        Candidate("POP", Rank.POPULAR, None),
        Candidate("SPY", Rank.BENCHMARK, NOON),
        Candidate("KO", Rank.HELD, NOON),
        Candidate("PEP", Rank.HELD, NOON - HOUR),
        Candidate("NEW", Rank.HELD, None),
        Candidate("AAPL", Rank.VIEWED, NOON),
        Candidate("WISH", Rank.WATCHED, NOON),
    ]

    assert in_order(candidates) == ["AAPL", "NEW", "PEP", "KO", "SPY", "WISH", "POP"]


def test_a_symbol_several_people_want_is_asked_once_at_its_best_rank() -> None:
    candidates = [Candidate("KO", rank, NOON) for rank in (Rank.POPULAR, Rank.VIEWED, Rank.HELD)]

    assert in_order([Candidate("AAA", Rank.HELD, NOON), *candidates]) == ["KO", "AAA"]


@pytest.mark.parametrize(
    ("symbols", "spent", "every"),
    [
        (1, 0, 5),
        (200, 0, 5),
        (800, 400, 15),  # 16 requests a round: 80 an hour may go into it until midnight
        (5000, 0, 60),
        (200, 1990, 480),  # ten requests are left for half a day
    ],
)
def test_a_refresh_is_as_frequent_as_the_budget_lasts_for(symbols: int, spent: int, every: int) -> None:
    assert refresh_every(symbols, Limits(), spent, NOON) == every * MINUTE


@given(st.integers(1, 100_000), st.integers(0, 2000), st.integers(0, 23))
def test_refreshing_alone_never_spends_more_than_its_share(symbols: int, spent: int, hour: int) -> None:
    limits, now = Limits(), NOON.replace(hour=hour)

    every = refresh_every(symbols, limits, spent, now)

    requests = -(-symbols // 50)
    left = max(1.0, limits.per_day - spent)
    assert requests * (HOUR / every) <= 0.6 * limits.per_hour + 1e-6
    assert requests * (timedelta(hours=24 - hour) / every) <= 0.6 * left * max(1, 24 - hour) / (24 - hour) + 1e-6


def test_every_history_is_checked_within_a_week_whenever_all_were_fetched() -> None:
    fetched = dict.fromkeys(range(200), NOON)
    checked: dict[int, datetime] = {}

    for number in range(1, 8):
        now = NOON + number * DAY
        turn = todays_checks(list(fetched.items()), now)
        assert len(turn) <= 200 / CHECK_DAYS + 1
        fetched |= dict.fromkeys(turn, now)
        checked |= dict.fromkeys(turn, now)

    assert len(checked) == 200


def test_what_was_fetched_today_is_not_fetched_again() -> None:
    assert todays_checks([(1, NOON - 19 * HOUR), (2, NOON)], NOON) == []
    assert todays_checks([(1, NOON - 21 * HOUR), (2, NOON)], NOON) == [1]


def quarterly(last: date, count: int = 4) -> list[date]:
    return [last - timedelta(days=91 * number) for number in range(count)]


@pytest.mark.parametrize(("days", "near"), [(80, False), (88, False), (89, True), (91, True), (98, True), (99, False)])
def test_a_dividend_is_expected_a_usual_distance_after_the_last_one(days: int, *, near: bool) -> None:
    last = date(2026, 8, 21)

    assert dividend_is_near(quarterly(last), last + timedelta(days=days)) is near


@pytest.mark.parametrize(
    "paid",
    [
        [],
        [date(2026, 8, 21)],
        [date(2026, 5, 21), date(2026, 8, 21)],
        [date(2025, 1, 2), date(2026, 5, 21), date(2026, 8, 21)],
    ],
)
def test_who_pays_seldom_or_when_he_likes_is_not_waited_for(paid: list[date]) -> None:
    assert not any(dividend_is_near(paid, date(2026, 8, 21) + timedelta(days=days)) for days in range(400))
