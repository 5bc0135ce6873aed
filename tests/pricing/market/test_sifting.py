from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.market.sifting import LONGEST_SPIKE, Known, Verdict, judge_quote, spikes, unrestated

MONDAY = date(2026, 11, 16)


def known(**changes: object) -> Known:
    usual = {"currency": "USD", "close": 100.0, "exact": True, "refetched": False}
    return Known(**usual | changes)  # type: ignore[arg-type]  # fields by name


def verdict(price: float, previous: float | None = 100.0, **changes: object) -> Verdict:
    return judge_quote(known(**changes), price, previous, "USD").verdict


def closes(*prices: float) -> list[tuple[date, float]]:
    return [(MONDAY + timedelta(days=number), price) for number, price in enumerate(prices)]


@pytest.mark.parametrize("price", [2.1, 19.0, 60.0, 99.0, 100.0, 180.0, 4990.0])
def test_a_price_moves_as_prices_do(price: float) -> None:
    assert verdict(price) is Verdict.GOOD


@pytest.mark.parametrize("price", [1.0, 1.9, 5010.0, 10_000.0])
def test_a_price_of_another_unit_is_refused(price: float) -> None:
    judged = judge_quote(known(), price, 100.0, "USD")

    assert judged.verdict is Verdict.REFUSED
    assert judged.why == f"The source states a price of {price:g} after a close of 100"


def test_another_currency_is_refused_and_a_first_one_is_believed() -> None:
    assert judge_quote(known(), 100, 100, "EUR").verdict is Verdict.REFUSED
    assert judge_quote(known(close=None), 100, 100, "GBp").verdict is Verdict.REFUSED
    assert judge_quote(known(currency="", close=None), 100, 100, "EUR").verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("stated", "changes", "expected"),
    [
        (101.9, {}, Verdict.GOOD),  # rounding, or a close that was corrected
        (50.0, {}, Verdict.RESTATED),  # 2:1
        (25.0, {}, Verdict.RESTATED),
        (200.0, {}, Verdict.RESTATED),  # 1:2
        (90.0, {}, Verdict.RESTATED),  # 10:9, which no list of usual splits holds
        (90.0, {"refetched": True}, Verdict.GOOD),  # the history says otherwise, and it was asked
        (90.0, {"exact": False}, Verdict.GOOD),  # closes of two days
        (50.0, {"exact": False}, Verdict.RESTATED),
        (50.0, {"refetched": True}, Verdict.RESTATED),  # listed, but its history is not restated yet
        (1.0, {"refetched": True}, Verdict.RESTATED),
        (None, {}, Verdict.GOOD),
    ],
)
def test_another_close_before_than_ours_asks_for_the_history_first(
    stated: float | None, changes: dict[str, bool], expected: Verdict
) -> None:
    assert verdict(stated or 100.0, stated, **changes) is expected


def test_without_any_close_before_there_is_nothing_to_contradict() -> None:
    assert verdict(12_345.0, None, close=None) is Verdict.GOOD


@pytest.mark.parametrize(
    ("prices", "found"),
    [
        ((10, 11, 12, 11), []),
        ((10, 1100, 12, 11), [1]),  # pence for pounds, one day
        ((10, 1100, 1200, 1100, 11, 12), [1, 2, 3]),
        ((10, 0.1, 12), [1]),
        ((10, 11, 2), []),  # a crash on the last day is believed
        ((10, 11, 2, 2.1, 1.9), []),
        ((10, 11, 1200), [2]),  # the end of the history: only one side is known
        ((10, 11, 1200, 1100), [2, 3]),
        ((10, 60, 61, 62, 63, 64, 65, 66), []),  # a new level, which is told and not refused
        ((10, 1000, 11, 1200, 12), [1, 3]),
        ((10,), []),
        ((), []),
    ],
)
def test_a_close_of_another_unit_than_both_sides_of_it_is_a_spike(prices: tuple[float, ...], found: list[int]) -> None:
    assert spikes(closes(*prices), {}) == found


def test_a_split_is_no_spike() -> None:
    assert spikes(closes(100, 101, 10, 11), {MONDAY + timedelta(days=2): 10.0}) == []


@given(st.lists(st.floats(0.5, 1.9), min_size=1, max_size=60), st.data())
def test_what_is_multiplied_by_a_hundred_is_found_wherever_it_is(moves: list[float], data: st.DataObject) -> None:
    prices = [100.0]
    for move in moves:
        prices.append(min(max(prices[-1] * move, 100.0), 190.0))  # all of one level
    first = data.draw(st.integers(1, len(prices) - 1))
    length = data.draw(st.integers(1, min(LONGEST_SPIKE, len(prices) - first)))
    wrong = list(range(first, first + length))

    spoiled = [price * 100 if index in wrong else price for index, price in enumerate(prices)]

    assert spikes(closes(*prices), {}) == []
    assert spikes(closes(*spoiled), {}) == wrong


@pytest.mark.parametrize(
    ("prices", "ratio", "wrong"),
    [
        ((100, 102, 50, 51), 2.0, True),
        ((50, 51, 50, 51), 2.0, False),
        ((50, 40, 30, 31), 2.0, False),  # a bad day, but not a half
        ((1, 1.01, 10, 10.1), 0.1, True),  # a reverse split
        ((10, 10.1, 10, 10.1), 0.1, False),
        ((100, 101, 90, 91), 1.05, False),  # too small to tell from a day's move
    ],
)
def test_a_split_whose_closes_still_jump_is_of_a_history_of_two_scales(
    prices: tuple[float, ...], ratio: float, *, wrong: bool
) -> None:
    ex_date = MONDAY + timedelta(days=2)

    assert unrestated(closes(*prices), {ex_date: ratio}, {}) == ([ex_date] if wrong else [])


@pytest.mark.parametrize(
    ("stored", "wrong"), [((100, 102), True), ((200, 204), False), ((105, 107.1), True), ((100,), True)]
)
def test_what_is_stored_from_before_tells_without_any_price_of_the_ex_date(
    stored: tuple[float, ...], *, wrong: bool
) -> None:
    ex_date = MONDAY + timedelta(days=2)

    found = unrestated(closes(100, 102), {ex_date: 2.0}, dict(closes(*stored)))

    assert found == ([ex_date] if wrong else [])


def test_even_a_small_split_is_told_by_what_is_stored() -> None:
    ex_date = MONDAY + timedelta(days=2)

    assert unrestated(closes(100, 101, 90), {ex_date: 1.05}, dict(closes(105, 106.05))) == []
    assert unrestated(closes(105, 106.05, 90), {ex_date: 1.05}, dict(closes(105, 106.05))) == [ex_date]


def test_a_split_before_or_after_all_closes_tells_nothing() -> None:
    far = {MONDAY - timedelta(days=9): 2.0, MONDAY + timedelta(days=99): 2.0}

    assert unrestated(closes(100, 50), far, {}) == []


def test_once_a_quote_has_told_of_a_split_all_wait_for_the_history() -> None:
    assert verdict(100.0, 100.0, awaited=True) is Verdict.RESTATED
