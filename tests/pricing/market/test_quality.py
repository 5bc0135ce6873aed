import math
import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.market.quality import (
    MOST_GAPS,
    Finding,
    Kind,
    currency_flip,
    price_findings,
    rate_gaps,
    session_gaps,
    split_like,
    usual_move,
)

START = date(2024, 1, 1)
Closes = list[tuple[date, float]]


def day(number: int) -> date:
    return START + timedelta(days=number)


def walk(length: int = 60, sigma: float = 0.01) -> Closes:
    """A quiet share around 100."""
    steps, price, closes = random.Random(1), 100.0, []
    for number in range(length):
        closes.append((day(number), price))
        price *= math.exp(steps.gauss(0, sigma))
    return closes


def scaled(closes: Closes, since: int, factor: float) -> Closes:
    return [(when, close * factor if number >= since else close) for number, (when, close) in enumerate(closes)]


def kinds(found: list[Finding]) -> list[tuple[Kind, date]]:
    return [(one.kind, one.day) for one in found]


def test_a_quiet_share_has_no_findings() -> None:
    assert price_findings(walk(), ()) == []


@pytest.mark.parametrize("factor", [100.0, 0.01, 50.0, 1 / 50])
def test_pence_among_pounds_are_a_jump_on_that_day(factor: float) -> None:
    flat = [(when, 100.0) for when, _ in walk()]

    (found,) = price_findings(scaled(flat, 30, factor), ())

    assert (found.kind, found.day) == (Kind.JUMP, day(30))
    assert found.message.startswith(f"From {day(29)} to {day(30)} the close went from 100 to {100 * factor:g} and no")


def test_a_jump_there_and_back_is_two() -> None:
    closes = walk()
    closes[30] = (day(30), closes[30][1] * 100)

    assert kinds(price_findings(closes, ())) == [(Kind.JUMP, day(30)), (Kind.JUMP, day(31))]


@pytest.mark.parametrize("shares", [2, 3, 1.5, 4, 5, 10, 20])
def test_a_split_nobody_recorded_and_its_inverse(shares: float) -> None:
    forwards = price_findings(scaled(walk(sigma=0.002), 30, 1 / shares), ())
    backwards = price_findings(scaled(walk(sigma=0.002), 30, shares), ())

    assert kinds(forwards) == kinds(backwards) == [(Kind.SPLIT, day(30))]
    assert "as by a " in forwards[0].message


def test_a_recorded_split_explains_what_it_does_also_where_its_day_has_no_close() -> None:
    halved = scaled(walk(), 30, 0.5)

    assert price_findings(halved, {day(30)}) == []
    assert price_findings(halved[:29] + halved[30:], {day(29), day(30)}) == []
    assert kinds(price_findings(halved, {day(31)})) == [(Kind.SPLIT, day(30))]


def test_a_price_that_halves_every_other_week_does_not_split() -> None:
    wild = [(when, close * (2.0 if number % 2 else 1.0)) for number, (when, close) in enumerate(walk())]

    assert price_findings(wild, ()) == []


def test_too_few_closes_tell_nothing_about_splits() -> None:
    assert price_findings(scaled(walk(10), 5, 0.5), ()) == []
    assert usual_move([1.0, 2.0]) == math.inf


@pytest.mark.parametrize("close", [0.0, -1.0, math.nan, math.inf])
def test_a_close_that_is_no_price_is_told_and_not_calculated_with(close: float) -> None:
    closes = walk()
    closes[7] = (day(7), close)

    assert kinds(price_findings(closes, ())) == [(Kind.CLOSE, day(7))]


@pytest.mark.parametrize(
    ("ratio", "name"),
    [(0.5, "2:1"), (0.509, "2:1"), (0.52, ""), (2.0, "1:2"), (0.667, "3:2"), (1.5, "2:3"), (0.05, "20:1"), (1.0, "")],
)
def test_ratios_of_splits_within_two_percent(ratio: float, name: str) -> None:
    assert split_like(ratio) == name


def test_sessions_without_a_price_are_told_as_ranges() -> None:
    sessions = [day(number) for number in range(20)]
    there = [when for number, when in enumerate(sessions) if number not in (3, 4, 5, 9)]

    first, second = session_gaps(there, sessions)

    assert first == Finding(
        Kind.GAP,
        day(3),
        f"The 3 sessions from {day(3)} to {day(5)} have no price: on these days the close before counts.",
    )
    assert second.message == f"The session of {day(9)} has no price: on this day the close before counts."


def test_before_the_first_and_after_the_last_price_nothing_is_missing() -> None:
    sessions = [day(number) for number in range(20)]

    assert session_gaps(sessions[5:9], sessions) == []
    assert session_gaps([], sessions) == []
    assert session_gaps([day(0), day(30)], [day(0), day(1)])[0].day == day(1)


def test_a_thinly_traded_instrument_is_told_once() -> None:
    sessions = [day(number) for number in range(4 * MOST_GAPS)]

    (found,) = session_gaps(sessions[::2], sessions)

    assert found.day == day(1)
    assert f"{2 * MOST_GAPS - 1} sessions have no price, in {2 * MOST_GAPS - 1} places" in found.message


def test_a_rate_may_be_away_for_five_days_and_not_for_six() -> None:
    assert rate_gaps([day(0), day(5)]) == []

    (found,) = rate_gaps([day(0), day(1), day(7), day(8)])

    assert (found.kind, found.day) == (Kind.RATE_GAP, day(1))
    assert "no exchange rate for 6 days" in found.message


def test_a_currency_that_flips_stays_told_until_it_flips_back() -> None:
    flip = currency_flip("GBP", "GBp", day(1), None)
    assert flip is not None
    assert flip.message.startswith(f"Since {day(1)} the price source quotes it in GBp, before in GBP")

    assert currency_flip("GBp", "GBp", day(2), flip) == flip
    assert currency_flip("GBp", "GBP", day(3), flip) is None
    assert currency_flip("GBP", "GBP", day(1), None) is None
    assert currency_flip("", "GBP", day(1), None) is None
    again = currency_flip("GBp", "USD", day(3), flip)
    assert again is not None
    assert (again.day, again.before) == (day(3), "GBP")


@given(st.lists(st.floats(), max_size=40))
def test_any_numbers_are_judged(prices: list[float]) -> None:
    price_findings([(day(number), price) for number, price in enumerate(prices)], ())
