from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.market.adjusting import Ratio, adjusted_closes, shares_since, too_large_dividends

MONDAY, TUESDAY, WEDNESDAY = (date(2024, 6, day) for day in (3, 4, 5))
CLOSES = [(MONDAY, 100.0), (TUESDAY, 99.0), (WEDNESDAY, 98.0)]


def test_a_price_is_divided_by_the_splits_after_its_day_and_not_by_those_of_its_day() -> None:
    splits = [Ratio(TUESDAY, 2.0), Ratio(WEDNESDAY, 3.0)]

    assert [shares_since(day, splits) for day in (MONDAY, TUESDAY, WEDNESDAY)] == [6.0, 3.0, 1.0]


def test_before_an_ex_date_closes_are_worth_less_by_the_dividend_over_the_close_before() -> None:
    assert adjusted_closes(CLOSES, {TUESDAY: 2.0}) == pytest.approx([98.0, 99.0, 98.0])
    assert adjusted_closes(CLOSES, {TUESDAY: 2.0, WEDNESDAY: 9.9}) == pytest.approx([88.2, 89.1, 98.0])


def test_an_ex_date_without_a_session_counts_from_the_next_close() -> None:
    assert adjusted_closes([CLOSES[0], CLOSES[2]], {TUESDAY: 2.0}) == pytest.approx([98.0, 98.0])


def test_dividends_outside_of_the_closes_do_nothing() -> None:
    assert adjusted_closes(CLOSES, {MONDAY: 500.0, date(2024, 6, 6): 1.0}) == [100.0, 99.0, 98.0]
    assert adjusted_closes([], {MONDAY: 1.0}) == []


def test_a_dividend_that_is_not_less_than_the_close_before_is_too_large() -> None:
    assert too_large_dividends(CLOSES, {MONDAY: 500.0, TUESDAY: 100.0, WEDNESDAY: 98.0}) == [TUESDAY]
    with pytest.raises(ValueError, match="a dividend of 100 is not less than the close of 100"):
        adjusted_closes(CLOSES, {TUESDAY: 100.0})


@given(st.lists(st.floats(1, 1000), min_size=2, max_size=6), st.floats(0, 0.9))
def test_the_return_of_an_ex_date_is_that_of_price_and_dividend_together(prices: list[float], share: float) -> None:
    """(close + dividend) ÷ close before, up to the convention: the dividend is reinvested at the close before."""
    closes = [(date(2024, 1, 1 + at), price) for at, price in enumerate(prices)]
    paid = share * prices[0]

    adjusted = adjusted_closes(closes, {closes[1][0]: paid})

    assert adjusted[1] / adjusted[0] == pytest.approx(prices[1] / (prices[0] - paid))
    assert adjusted[1:] == prices[1:]
