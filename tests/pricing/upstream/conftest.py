"""The real client, warm, before the simulated market of tests/conftest.py."""

import pytest

from pricing.simulator.control import Market
from pricing.upstream.yahoo import Yahoo


@pytest.fixture(scope="session")
def _warm(market_server: Market) -> Yahoo:
    return Yahoo(proxy=market_server.proxy, ca_bundle=market_server.ca_bundle)


@pytest.fixture
def yahoo(market: Market, _warm: Yahoo) -> Yahoo:
    """Warm: it has its cookie and its crumb."""
    _warm.quotes(["AAPL"])
    market.reset_log()
    return _warm
