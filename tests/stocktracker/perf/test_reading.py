from collections.abc import Iterator

import numpy as np
import pytest

from pricing.closes import closes as kept_closes
from pricing.closes import shelf
from pricing.packed import packs
from stocktracker.perf.market import stored
from stocktracker.perf.reading import PEER, measurements, with_the_orm
from stocktracker.perf.scenario import Size, closes
from stocktracker.perf.timing import measure

pytestmark = pytest.mark.django_db(transaction=True)  # a table is vacuumed outside of transactions
SMALL = Size(3, 0, 1)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


def test_all_three_read_the_same_closes() -> None:
    rows = stored(SMALL, closes(SMALL, seed=1))

    table = with_the_orm([row.pk for row in rows])

    for found in (packs([row.pk for row in rows]), kept_closes([(row.pk, row.revision) for row in rows])):
        assert np.array_equal([found[row.pk].closes for row in rows], table[[row.pk for row in rows]].to_numpy().T)


def test_cold_and_kept_are_two_rows_against_the_same_peer_and_limit() -> None:
    cold, kept = map(measure, measurements(SMALL))

    assert [cold.name, kept.name] == ["read 3 × 1 years of closes, cold", "read 3 × 1 years of closes, kept in memory"]
    assert (cold.aim, kept.aim) == (f"≥ 30 × {PEER}", f"≥ 500 × {PEER}")
    assert all(result.limit_ratio for result in (cold, kept))
    assert (kept.median_ms or 9e9) < (cold.median_ms or 0)
