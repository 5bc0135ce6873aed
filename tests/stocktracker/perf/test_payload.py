import gzip
import json

import numpy as np
import pytest

from charts.services.drawing import CENTS
from stocktracker.perf.payload import PEER, entropy, measurement, ours, with_a_frame
from stocktracker.perf.scenario import Size
from stocktracker.perf.timing import measure

DAYS = np.arange(100, 104)
ROWS = np.array([[1.0, 2.0, 2.5, 2.5]] * 5)


def test_both_say_the_same_numbers() -> None:
    sent = json.loads(gzip.decompress(ours(DAYS, ROWS)))
    points = json.loads(gzip.decompress(with_a_frame(DAYS, ROWS)))

    assert (np.cumsum(sent["series"]["value"]["d"]) / CENTS).tolist() == [point["value"] for point in points]
    assert np.cumsum(sent["t"]).tolist() == [point["time"] for point in points]


def test_the_least_is_what_differences_need_by_how_often_they_occur() -> None:
    rows = np.array([[0.00, 0.01, 0.02, 0.04, 0.06]])

    assert entropy(rows) == pytest.approx(4 / 8)  # two values, each twice: a bit each
    assert entropy(np.zeros((1, 9))) == 0


def test_the_row_names_sizes_and_the_frame() -> None:
    result = measure(measurement(Size(5, 0, 1)))

    assert set(result.peers) == {PEER}
    assert "× the entropy" in result.note
