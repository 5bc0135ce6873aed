import numpy as np
import pytest

from pricing.packed import packs
from stocktracker.perf.market import bars, listed, stored
from stocktracker.perf.scenario import Size, closes, sessions

pytestmark = pytest.mark.django_db
SMALL = Size(3, 0, 1)


def test_its_closes_are_stored_on_the_sessions_of_the_scenario() -> None:
    prices = closes(SMALL, seed=1)

    rows = stored(SMALL, prices)

    found = packs([row.pk for row in rows])
    assert np.array_equal([found[row.pk].closes for row in rows], prices)
    assert len(found[rows[0].pk].days) == len(sessions(1))


def test_bars_are_of_the_last_days() -> None:
    [own] = bars(listed("X", 1), np.array([[10.0, 11.0]]))

    assert own["close"].tolist() == [10.0, 11.0]
    assert own["session"].astype("datetime64[D]").tolist() == sessions(1)[-2:]


def test_any_number_of_days_is_there() -> None:
    [own] = bars(listed("X", 1), np.ones((1, 2_500)))

    assert len(np.unique(own["session"])) == 2_500
