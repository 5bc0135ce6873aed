"""A simulated market for tests, in a thread of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pricing.simulator.control import Market
from pricing.simulator.server import MarketServer


@contextmanager
def running_market(directory: Path) -> Iterator[Market]:
    """On a free port, with its certificate authority in `directory`; stopped at the end."""
    with MarketServer(directory) as server:
        yield Market(server.proxy, server.authority.bundle)
