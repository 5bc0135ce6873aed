from datetime import date

import numpy as np
import pytest

from charts.backtests.market import EmptyRangeError, Rate, alongside, iso, market, number
from tests.charts.backtests.given_prices import MONDAY, listed, market_of, rates, weekdays

WEEK = weekdays(5)


def test_the_axis_is_every_session_of_any_and_missing_bars_are_carried() -> None:
    one = listed([10, 11, 12], days=[WEEK[0], WEEK[1], WEEK[3]])
    other = listed([20, 21, 22], "B", days=[WEEK[0], WEEK[2], WEEK[3]])

    found = market_of(other, one)

    assert found.symbols == ("A", "B")  # in order of the alphabet
    assert found.days == WEEK[:4]
    assert found.closes.tolist() == [[10, 20], [11, 20], [11, 21], [12, 22]]
    assert found.trades.tolist() == [[True, True], [True, False], [False, True], [True, True]]
    assert found.common.tolist() == [0, 3]


def test_the_test_starts_when_the_youngest_does() -> None:
    old, young = listed([1.0] * 10), listed([1.0] * 8, "B", days=weekdays(10)[2:])

    for start in (None, MONDAY):
        found = market([old, young], start, None)

        assert found.days[0] == weekdays(10)[2]
        assert found.notes == ("Prices of B begin on 2024-01-03: the test starts there.",)
    assert market([old, young], weekdays(10)[4], None).notes == ()


def test_the_test_ends_when_one_of_them_stops_trading() -> None:
    stopped, goes_on = listed([1.0] * 10), listed([1.0] * 20, "B")

    found = market([stopped, goes_on], None, None)

    assert found.days[-1] == weekdays(10)[-1]
    assert found.notes == ("Prices of A end on 2024-01-12: the test ends there.",)


def test_a_few_days_without_a_bar_at_the_end_are_no_end() -> None:
    found = market_of(listed([1.0] * 10), listed([1.0] * 14, "B"))

    assert found.days[-1] == weekdays(14)[-1]
    assert found.notes == ()


def test_prices_are_in_the_currency_of_the_test_at_the_rate_of_the_day() -> None:
    one = listed([10, 20, 30], opens=[9, 19, 29], rate=rates([2.0, 3.0], [WEEK[1], WEEK[2]]))

    found = market_of(one)

    assert found.days[0] == WEEK[1]  # there is no rate before
    assert found.closes[:, 0].tolist() == [40, 90]
    assert found.opens[:, 0].tolist() == [38, 87]


@pytest.mark.parametrize(
    ("start", "end"), [(date(2030, 1, 1), None), (None, date(2020, 1, 1)), (WEEK[1], WEEK[1]), (WEEK[3], WEEK[1])]
)
def test_less_than_two_days_are_no_test(start: date | None, end: date | None) -> None:
    with pytest.raises(EmptyRangeError) as refused:
        market([listed([1.0] * 5)], start, end)

    assert str(refused.value.args[0]).startswith("There are no prices of A between ")


def test_without_any_price_or_rate_there_is_no_test() -> None:
    with pytest.raises(EmptyRangeError, match="There are no prices of A"):
        market_of(listed([]))
    with pytest.raises(EmptyRangeError, match="There is no exchange rate for A"):
        market_of(listed([1.0, 2.0], rate=Rate(np.empty(0), np.empty(0))))


def test_instruments_that_never_trade_on_the_same_day_cannot_be_tested_together() -> None:
    with pytest.raises(EmptyRangeError):
        market_of(listed([1, 2], days=[WEEK[0], WEEK[2]]), listed([1, 2], "B", days=[WEEK[1], WEEK[3]]))


def test_a_bar_without_a_close_is_none_and_a_missing_open_is_the_close() -> None:
    found = market_of(listed([10, 0, float("nan"), 12], opens=[0, 1, 1, float("nan")]))

    assert found.days == [WEEK[0], WEEK[3]]
    assert found.opens[:, 0].tolist() == [10, 12]


def test_whole_shares_know_splits_and_dividends() -> None:
    one = listed([10] * 5, splits=((WEEK[2], 2.0), (WEEK[4], 3.0)), dividends=((WEEK[0], 9.0), (WEEK[3], 0.5)))

    found = market_of(one, whole=True)

    assert found.lots is not None
    assert found.dividends is not None
    assert found.lots[:, 0].tolist() == [6, 6, 3, 3, 1]
    assert found.dividends[:, 0].tolist() == [0, 0, 0, 0.5, 0]  # nobody held anything before the first day
    assert market_of(one).lots is None


def test_a_later_beginning_shares_what_is_remembered() -> None:
    found = market_of(listed([1, 2, 3, 4, 5]))
    found.remembered(("a key",), lambda: 7)

    later = found.since(2)

    assert later.remembered(("a key",), lambda: 8) == 7
    assert later.closes[:, 0].tolist() == [3, 4, 5]
    assert later.common.tolist() == [0, 1, 2]


def test_an_instrument_beside_another_has_its_days() -> None:
    found = alongside(listed([1, 2], "SPY", days=[WEEK[0], WEEK[2]]), np.array([number(day) for day in WEEK]))

    assert found.closes[:, 0].tolist() == [1, 1, 2, 2, 2]
    assert found.common.tolist() == [0, 2]


def test_days_are_numbers_and_back() -> None:
    assert iso(number(date(2024, 2, 29))) == "2024-02-29"


def test_days_without_a_rate_have_that_of_the_day_before() -> None:
    one = listed([10, 20, 30], rate=rates([2.0, float("nan"), 0.0], WEEK[:3]))

    assert market_of(one).closes[:, 0].tolist() == [20, 40, 60]


def test_the_test_ends_with_a_currency_that_is_no_longer_quoted() -> None:
    found = market_of(listed([10.0] * 30, rate=rates([2.0] * 12, weekdays(12))))

    assert found.days[-1] == weekdays(12)[-1]
    assert found.notes == ("Prices of A end on 2024-01-16: the test ends there.",)


def test_what_ended_before_the_others_began_is_named() -> None:
    old, young = listed([1.0] * 5), listed([1.0] * 5, "B", days=weekdays(5, date(2025, 1, 1)))

    with pytest.raises(EmptyRangeError) as refused:
        market_of(old, young)

    assert refused.value.args[0] == "Prices of A end on 2024-01-05, before the test begins on 2025-01-01."
