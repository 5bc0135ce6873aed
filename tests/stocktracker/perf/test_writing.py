from collections.abc import Callable

import numpy as np
import pytest

from pricing.models import Bar
from pricing.packed import merge, wire
from stocktracker.perf import writing
from stocktracker.perf.market import bars, listed
from stocktracker.perf.timing import measure
from stocktracker.perf.writing import CREATE, UPDATE, bulk_create, copy, histories, one_day, update_or_create

pytestmark = pytest.mark.django_db(transaction=True)  # the table is emptied by TRUNCATE

Way = Callable[[np.ndarray], object]


@pytest.mark.parametrize("way", [merge, bulk_create, update_or_create, lambda records: copy(wire(records))])
def test_every_way_stores_the_same_rows(way: Way) -> None:
    records = np.concatenate(bars(listed("X", 2), np.array([[10.0, 11.0], [20.0, 21.0]])))

    way(records)

    stored = Bar.objects.order_by("instrument", "session").values_list("instrument", "open", "close", "volume")
    assert list(stored) == [(int(row["instrument"]), row["open"], row["close"], 1) for row in records]
    assert (
        sorted(set(Bar.objects.values_list("session", flat=True)))
        == records["session"][:2].astype("datetime64[D]").tolist()
    )


@pytest.mark.parametrize("way", [merge, bulk_create, update_or_create])
def test_what_is_compared_also_corrects_rows_that_are_there(way: Way) -> None:
    [records] = bars(listed("X", 1), np.array([[10.0, 11.0]]))
    merge(records)
    records["close"] = 12.0

    way(records)

    assert list(Bar.objects.values_list("close", flat=True)) == [12.0, 12.0]


def test_histories_are_written_into_an_empty_table_each_time() -> None:
    result = measure(histories(4, 30))

    assert (result.row, result.name, set(result.peers)) == ("2", "backfill 120 bars", {CREATE})
    assert result.limit_ratio is not None
    assert Bar.objects.count() == 120  # the limit's, the last to be measured


def test_a_day_is_written_beside_those_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SAMPLE", 0.5)

    result = measure(one_day(6, days=5))

    assert (result.row, set(result.peers)) == ("3", {UPDATE, CREATE})
    assert Bar.objects.count() == 6 * (5 + 1)
