"""Which symbols there are at a moment, and what each shows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pricing.simulator.actions import Actions
from pricing.simulator.replay import Replay
from pricing.simulator.restating import Correction, Dividend
from pricing.simulator.world import World

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
AFTER = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # the very opening


def test_what_is_delisted_is_known_until_its_session_opens() -> None:
    actions = Actions().delisted("KO", MONDAY)

    assert World(AFTER - timedelta(seconds=1), actions).listed("KO") is not None
    assert World(AFTER, actions).listed("KO") is None
    assert World(AFTER, actions).listed("PEP") is not None


def test_a_new_name_takes_over_the_history_when_its_day_comes() -> None:
    actions = Actions().renamed_to("KO", "COKE2", MONDAY)
    before, after = World(NOW, actions), World(AFTER, actions)

    assert (before.listed("COKE2"), after.listed("KO")) == (None, None)
    renamed = after.listed("COKE2")
    old, new = World(AFTER).tape("KO"), after.tape("COKE2")
    assert renamed is not None
    assert (renamed.symbol, renamed.name) == ("COKE2", "The Coca-Cola Company")
    assert old is not None
    assert new is not None
    assert (new.close == old.close).all()
    assert new.instrument == renamed
    assert after.tick("COKE2") == World(AFTER).tick("KO")


def test_a_name_nobody_could_have_may_be_the_new_one() -> None:
    world = World(AFTER, Actions().renamed_to("KO", "UNKNOWN2", FRIDAY))

    assert world.listed("UNKNOWN2") is not None


def test_a_quote_follows_a_correction_of_the_session_before() -> None:
    plain, corrected = World(NOW).tick("KO"), World(NOW, Actions().with_correction("KO", Correction(FRIDAY, 2.0)))

    shown = corrected.tick("KO")

    assert plain is not None
    assert shown == replace(plain, previous_close=2 * (plain.previous_close or 0))


def test_a_given_history_can_be_corrected_and_pay_dividends_too() -> None:
    days = [date(2026, 11, 18), date(2026, 11, 19)]
    rows = [[day.isoformat(), 10.0] for day in days]
    given = Replay.of({"symbol": "KO", "rows": rows, "splits": [], "dividends": []})
    actions = Actions().with_history(given).with_correction("KO", Correction(days[1], 3.0))

    seen = World(NOW, actions.with_dividend("KO", Dividend(days[1], 1.0))).tape("KO")

    assert seen is not None
    assert seen.close.tolist() == [30.0, 10.0]
    assert seen.adjusted.tolist() == pytest.approx([29.0, 10.0])
    assert World(datetime(2020, 1, 1, tzinfo=UTC), actions).tape("KO") is None
    assert World(datetime(2020, 1, 1, tzinfo=UTC), actions).tick("KO") is None


def test_crumbs_belong_to_a_cookie_and_an_age() -> None:
    world = World(NOW)

    assert len({world.crumb("a"), world.crumb("b"), replace(world, crumb_age=1).crumb("a")}) == 3


def test_the_latest_session_of_what_does_not_exist_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        World(NOW).latest_session("NOSUCH")
