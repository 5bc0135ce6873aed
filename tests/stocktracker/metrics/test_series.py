import pytest

from stocktracker.metrics.buckets import bucket
from stocktracker.metrics.series import Numbers, Timing, added, name


def some() -> Numbers:
    numbers = Numbers()
    numbers.add({f"request|home|2xx|{bucket(0.1)}": "3", "request|home|2xx|us": "310000"})
    numbers.add({f"request|home|5xx|{bucket(0.4)}": "1", "request|home|5xx|us": "400000"})
    numbers.add({"prices|upstream|n": "4", f"request|homely|2xx|{bucket(0.1)}": 9})
    return numbers


def test_numbers_of_several_hashes_add_up() -> None:
    numbers = some()
    numbers.add({"prices|upstream|n": "2"})

    assert numbers.amount("prices", "upstream") == 6
    assert numbers.amount("prices", "nothing") == 0


def test_a_timing_is_of_all_series_that_begin_alike_but_not_of_longer_names() -> None:
    timing = some().timing("request", "home")

    assert timing.count == 4
    assert timing.mean == pytest.approx(0.1775)
    assert timing.at(0.5) == pytest.approx(0.1, rel=0.03)
    assert timing.at(0.99) == pytest.approx(0.4, rel=0.03)


def test_labels_are_those_of_one_family() -> None:
    assert some().labels("request") == [("home", "2xx"), ("home", "5xx"), ("homely", "2xx")]
    assert some().labels("job") == []


def test_families_can_be_chosen() -> None:
    chosen = some().of(["prices"])

    assert [series for series, _ in chosen] == [name("prices", "upstream")]
    assert not some().of(["job"])
    assert some().of([])


def test_nothing_has_no_mean() -> None:
    assert Timing({}, 0.0).mean is None
    assert added([Timing({3: 1}, 0.5), Timing({3: 2, 4: 1}, 1.0)]) == Timing({3: 3, 4: 1}, 1.5)
