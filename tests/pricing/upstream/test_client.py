"""What a failure means for the breaker."""

import pytest

from pricing.upstream import client
from pricing.upstream.circuit import FAILURES_TO_OPEN
from pricing.upstream.yahoo import Yahoo


@pytest.mark.parametrize("error", [client.RateLimited, client.Unavailable, client.AuthRejected, client.BadPayload])
def test_what_the_upstream_did_wrong_counts(error: type[client.UpstreamError]) -> None:
    assert not error.neutral
    assert error.weight >= 1


@pytest.mark.parametrize("error", [client.SymbolNotFound, client.NoData])
def test_what_was_our_question_is_neutral(error: type[client.UpstreamError]) -> None:
    assert error.neutral


def test_only_being_told_off_weighs_enough_to_open_the_breaker_alone() -> None:
    heavy = [error for error in client.UpstreamError.__subclasses__() if error.weight >= FAILURES_TO_OPEN]

    assert heavy == [client.RateLimited]


def test_an_error_carries_what_the_upstream_asked_for() -> None:
    error = client.RateLimited("429", 30.0)

    assert (str(error), error.retry_after) == ("429", 30.0)
    assert client.Unavailable("502").retry_after == 0.0


def test_yahoo_is_a_market_client() -> None:
    source: client.MarketClient = Yahoo()

    assert source.quotes([]) == client.Quotes({}, ())
