"""A given history instead of an invented one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pricing.simulator.instruments import Split
from pricing.simulator.replay import Replay
from pricing.simulator.tape import Tape

FRIDAY, MONDAY, TUESDAY = date(2005, 2, 25), date(2005, 2, 28), date(2005, 3, 1)
ROWS = [[FRIDAY.isoformat(), 88.99], [MONDAY.isoformat(), 44.86], [TUESDAY.isoformat(), 44.5]]
EVENING = datetime(2005, 3, 1, 23, tzinfo=UTC)


def given(**changes: Any) -> Replay:
    splits, dividends = [[MONDAY.isoformat(), 2, 1]], [[TUESDAY.isoformat(), 0.5]]
    return Replay.of({"symbol": "AAPL", "rows": ROWS, "splits": splits, "dividends": dividends} | changes)


def shown(replay: Replay, now: datetime) -> Tape:
    seen = replay.tape(now)
    assert seen is not None
    return seen


def test_closes_as_traded_are_shown_adjusted_for_splits_and_for_both() -> None:
    seen = shown(given(), EVENING)

    assert seen.close.tolist() == [44.495, 44.86, 44.5]
    assert seen.adjusted == pytest.approx([44.495 * (1 - 0.5 / 44.86), 44.86 - 0.5, 44.5])
    assert seen.splits == ((1, Split(MONDAY, 2, 1)),)
    assert seen.dividends == ((2, 0.5),)


def test_a_dividend_before_a_split_is_restated_with_it() -> None:
    seen = shown(given(dividends=[[FRIDAY.isoformat(), 0.5]]), EVENING)

    assert seen.dividends == ((0, 0.25),)


def test_what_is_to_come_is_not_shown() -> None:
    replay = given()

    seen = shown(replay, datetime(2005, 2, 27, tzinfo=UTC))

    assert (seen.close.tolist(), seen.splits, seen.dividends) == ([88.99], (), ())
    assert replay.tape(datetime(2005, 2, 25, 12, tzinfo=UTC)) is None


def test_the_latest_price_is_the_last_close_at_its_sessions_end() -> None:
    tick = shown(given(), EVENING).tick

    assert (tick.price, tick.previous_close, tick.at) == (44.5, 44.86, datetime(2005, 3, 1, 21, tzinfo=UTC))
    assert shown(given(), datetime(2005, 3, 1, 15, 0, 30, tzinfo=UTC)).tick.at == datetime(2005, 3, 1, 15, tzinfo=UTC)


def test_one_session_alone_has_no_previous_close() -> None:
    assert shown(given(rows=ROWS[:1]), EVENING).tick.previous_close is None


@pytest.mark.parametrize(
    "wrong", [{"symbol": "NOSUCH"}, {"rows": []}, {"rows": [["2005-02-26", 1.0]]}, {"rows": [["2050-02-25", 1.0]]}]
)
def test_what_no_market_could_have_shown_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((LookupError, ValueError)):
        given(**wrong)
