from stocktracker.metrics.caches import Counted
from stocktracker.metrics.tally import begin


def test_finds_are_counted_for_whoever_looks() -> None:
    tally, cache = begin(), Counted("parts", {})
    cache.set("there", None)

    found = [cache.get("there"), cache.get("missing"), cache.get("missing", "instead")]

    assert found == [None, None, "instead"]
    assert (tally.hits, tally.misses) == (1, 2)
