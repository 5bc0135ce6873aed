"""One simulated market for all tests of the boundary; each finds it as just started."""

from collections.abc import Iterator

import pytest

from pricing.simulator.control import Market
from pricing.upstream.yahoo import Yahoo
from tests.market import running_market


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with running_market(tmp_path_factory.mktemp("market")) as market:
        yield market


@pytest.fixture
def market(_running: Market) -> Market:
    _running.reset()
    return _running


@pytest.fixture(scope="session")
def _warm(_running: Market) -> Yahoo:
    return Yahoo(proxy=_running.proxy, ca_bundle=_running.ca_bundle)


@pytest.fixture
def yahoo(market: Market, _warm: Yahoo) -> Yahoo:
    """Warm: it has its cookie and its crumb."""
    _warm.quotes(["AAPL"])
    market.reset_log()
    return _warm
