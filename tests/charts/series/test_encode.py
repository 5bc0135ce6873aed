import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.series.encode import Series, encode, tag

DAYS = np.array([19_000, 19_001, 19_004], dtype=np.int32)


def decoded(payload: bytes) -> tuple[list[int], dict[str, list[float]]]:
    """As frame.js reads it."""
    wire = json.loads(payload)
    series = {name: (np.cumsum(s["d"]) / s["scale"]).tolist() for name, s in wire["series"].items()}
    return np.cumsum(wire["t"]).tolist(), series


def test_each_number_is_its_difference_from_the_one_before() -> None:
    payload = encode(DAYS, {"value": Series(np.array([10.5, 10.25, 11.0]), 100)})

    assert json.loads(payload) == {"t": [19_000, 1, 3], "series": {"value": {"scale": 100, "d": [1050, -25, 75]}}}


def test_a_series_ends_where_it_becomes_undefined() -> None:
    payload = encode(
        DAYS, {"index": Series(np.array([1.0, np.nan, 2.0]), 10), "all": Series(np.array([np.nan] * 3), 1)}
    )

    assert decoded(payload)[1] == {"index": [1.0], "all": []}


@given(values=st.lists(st.floats(-1e12, 1e12), max_size=50))
def test_what_is_decoded_is_what_was_encoded_to_the_cent(values: list[float]) -> None:
    days = np.arange(len(values), dtype=np.int32)

    found_days, found = decoded(encode(days, {"value": Series(np.array(values, dtype=float), 100)}))

    assert found_days == days.tolist()
    assert found["value"] == pytest.approx(values, abs=0.00501, rel=1e-12)


def test_a_tag_names_a_payload() -> None:
    assert tag(b"a") == tag(b"a") != tag(b"b")
    assert tag(b"a").startswith('"') and tag(b"a").endswith('"')  # noqa: PT018 — one fact: it is quoted


def test_a_series_ends_where_it_no_longer_fits_into_64_bits() -> None:
    payload = encode(DAYS, {"value": Series(np.array([1.0, 1e17, 1.0]), 100)})

    assert decoded(payload)[1] == {"value": [1.0]}
