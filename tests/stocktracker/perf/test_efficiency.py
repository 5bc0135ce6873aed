import pytest

from stocktracker.perf.efficiency import DOWNLOAD, ONE_BY_ONE, results
from stocktracker.redis import store

pytestmark = pytest.mark.django_db


def test_three_ways_to_the_same_prices_are_timed_and_their_requests_counted() -> None:
    cold, warm = results([4], turns=1, latency=0.05)

    assert [one.name for one in (cold, warm)] == [
        "latest prices of 4 symbols, cold",
        "latest prices of 4 symbols, warm",
    ]
    assert (cold.requests, warm.requests) == (3, 1)
    assert warm.peer_requests == {f"{ONE_BY_ONE}, requests": 4, f"{DOWNLOAD}, requests": 4}
    assert warm.peers[f"{ONE_BY_ONE}, requests"] == 4
    assert 50 < (warm.median_ms or 0) < 5_000  # the market waits before each answer
    assert warm.peers[ONE_BY_ONE] > 1


def test_aims_are_of_requests_and_of_time() -> None:
    cold, warm = results([1], turns=1, latency=0.0)

    assert cold.aim == f"≤ 3 requests, ≥ 0.5 × {ONE_BY_ONE}"
    assert warm.aim == f"≤ 1 request, ≥ 0.5 × {ONE_BY_ONE}"
    assert store().keys("handshake:*") == []
