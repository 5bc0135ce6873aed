"""What the gateway counts of its requests."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from pricing import gateway
from pricing.simulator.control import Market
from pricing.upstream.client import UpstreamError
from stocktracker.metrics import reading
from stocktracker.metrics.recording import recorder
from stocktracker.metrics.series import ANSWERED, UPSTREAM, Numbers
from stocktracker.metrics.tally import begin

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def from_zero() -> None:
    recorder.forget()


def counted() -> Numbers:
    recorder.flush()
    return reading.last(timedelta(minutes=1), datetime.now(UTC))


def test_requests_are_timed_by_what_was_asked_and_how_it_ended(market: Market) -> None:
    tally = begin()
    list(gateway.quotes([f"SYM{number}" for number in range(60)]))
    gateway.history("AAPL", date(2026, 1, 1))
    market.throttle(requests=1)
    with suppress(UpstreamError):
        gateway.history("MSFT", date(2026, 1, 1))

    found = counted()

    assert {labels: found.timing(UPSTREAM, *labels).count for labels in found.labels(UPSTREAM)} == {
        ("yahoo", "quote", ANSWERED): 2, ("yahoo", "chart", ANSWERED): 1, ("yahoo", "chart", "RateLimited"): 1
    }  # fmt: skip
    assert tally.asked == 4
    assert 0 < found.timing(UPSTREAM).seconds < 30


def test_an_answer_with_holes_is_told_by_its_doubt(market: Market) -> None:
    known = [*(f"SYM{number}" for number in range(18)), *(f"NOSUCH{number}" for number in range(7))]

    list(gateway.quotes(known, known))

    assert counted().labels(UPSTREAM) == [("yahoo", "quote", "BadPayload")]
