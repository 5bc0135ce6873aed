"""One simulated market for all tests of it; each finds it as just started."""

from collections.abc import Iterator

import pytest

from pricing.simulator.control import Market
from tests.market import running_market


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with running_market(tmp_path_factory.mktemp("market")) as market:
        yield market


@pytest.fixture
def market(_running: Market) -> Market:
    _running.reset()
    return _running
