"""Histories that are told differently from some moment on."""

from datetime import UTC, date, datetime

import pytest

from pricing.simulator.instruments import Split
from pricing.simulator.restating import Correction, Dividend, restated
from pricing.simulator.tape import Tape, tape

CLOSED = datetime(2026, 11, 20, 22, tzinfo=UTC)
THURSDAY, FRIDAY, SATURDAY = date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)


def seen(symbol: str = "AMZN", splits: tuple[Split, ...] = ()) -> Tape:
    shown = tape(symbol, CLOSED, splits)
    assert shown is not None
    return shown


def test_an_extra_dividend_lowers_the_adjusted_past_and_no_price() -> None:
    before, after = seen(), restated(seen(), [Dividend(FRIDAY, 2.0)], [])

    last = len(after.days) - 1
    assert after.dividends == ((last, 2.0),)
    assert (after.close == before.close).all()
    factor = 1 - 2.0 / before.close[-2]
    assert after.adjusted[:-1] == pytest.approx(before.adjusted[:-1] * factor)
    assert after.adjusted[-1] == before.adjusted[-1]


def test_a_dividend_stands_beside_the_instruments_own() -> None:
    own = seen("KO")

    after = restated(own, [Dividend(date(2026, 6, 24), 1.0)], [])

    assert len(after.dividends) == len(own.dividends) + 1
    assert list(after.dividends) == sorted(after.dividends)


def test_a_dividend_paid_before_a_split_is_told_per_share_of_today() -> None:
    after = restated(seen(splits=(Split(FRIDAY, 4, 1),)), [Dividend(THURSDAY, 2.0), Dividend(FRIDAY, 3.0)], [])

    assert [amount for _, amount in after.dividends] == [0.5, 3.0]


def test_a_dividend_that_is_yet_to_come_is_not_told() -> None:
    assert restated(seen(), [Dividend(date(2026, 11, 23), 2.0)], []).dividends == ()


def test_a_correction_multiplies_what_was_before_its_day() -> None:
    before, after = seen(), restated(seen(), [], [Correction(THURSDAY, 1.1)])

    assert after.close[:-2] == pytest.approx(before.close[:-2] * 1.1)
    assert after.high[:-2] == pytest.approx(before.high[:-2] * 1.1)
    assert after.adjusted[:-2] == pytest.approx(before.adjusted[:-2] * 1.1)
    assert (after.close[-2:] == before.close[-2:]).all()
    assert after.splits == before.splits
    assert after.tick == before.tick


def test_a_corrected_previous_close_is_told_by_the_quote_too() -> None:
    before, after = seen(), restated(seen(), [], [Correction(FRIDAY, 1.1)])

    assert after.tick.previous_close == pytest.approx((before.tick.previous_close or 0) * 1.1)
    assert after.tick.price == before.tick.price
    everything = restated(seen(), [], [Correction(SATURDAY, 2.0)])
    assert everything.tick.price == everything.close[-1] == pytest.approx(before.tick.price * 2)


def test_corrections_add_up() -> None:
    twice = restated(seen(), [], [Correction(THURSDAY, 2.0), Correction(THURSDAY, 3.0)])

    assert twice.close[0] == pytest.approx(seen().close[0] * 6)
