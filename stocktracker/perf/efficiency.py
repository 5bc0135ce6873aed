"""Row e: the latest prices of some symbols from a market that needs its time, by three ways: seconds and requests.

All three ask the same simulated market, which waits before each answer as a distant server does, and take turns.
"""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from pricing.simulator.control import Market
from pricing.simulator.server import MarketServer
from pricing.upstream.client import SYMBOLS_PER_REQUEST

from .downloads import SINGLE, TOGETHER
from .result import MILLISECONDS, Result
from .upstream import HANDSHAKE, PERIODS, asking, quoted, requests_of, yfinance

SYMBOLS = (1, 5, 10, 20, 50)
LATENCY = 0.05  # seconds before each answer: from Europe to Yahoo and back
TURNS = 3
OURS, ONE_BY_ONE, DOWNLOAD = "ours", "one Ticker after the other", "yf.download"
WAYS = {ONE_BY_ONE: SINGLE, DOWNLOAD: TOGETHER}
STATES = ("cold", "warm")  # a process that never asked, and the same one once more
Spent = tuple[float, int]  # seconds and requests


def results(symbols: Sequence[int] = SYMBOLS, turns: int = TURNS, latency: float = LATENCY) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder, MarketServer(Path(folder)) as server:
        market = Market(server.proxy, server.authority.bundle)
        market.latency(latency)
        for count in symbols:
            names = [f"SYM{number}" for number in range(count)]
            spent: dict[tuple[str, str], list[Spent]] = defaultdict(list)
            for _ in range(turns):
                _turn(market, names, Path(folder), spent)
            yield from (_result(count, state, spent) for state in STATES)


def _turn(market: Market, names: list[str], folder: Path, spent: dict[tuple[str, str], list[Spent]]) -> None:
    """Everybody starts cold, and has started before anybody asks."""
    with ExitStack() as processes:
        asked: dict[str, Callable[[str], object]] = {
            name: processes.enter_context(yfinance(market, names, folder, way)) for name, way in WAYS.items()
        }
        processes.enter_context(asking(market))
        asked[OURS] = lambda _period: quoted(names)
        for state, period in zip(STATES, PERIODS, strict=True):
            for name, ask in asked.items():
                spent[name, state].append(_spent(market, partial(ask, period)))


def _spent(market: Market, work: Callable[[], object]) -> Spent:
    taken = 0.0

    def timed() -> None:
        nonlocal taken
        start = time.perf_counter()
        work()
        taken = time.perf_counter() - start

    count = requests_of(market, timed)
    return taken, count


def _result(count: int, state: str, spent: dict[tuple[str, str], list[Spent]]) -> Result:
    seconds = {name: statistics.median(taken for taken, _ in spent[name, state]) for name in (OURS, *WAYS)}
    requests = {name: int(statistics.median(asked for _, asked in spent[name, state])) for name in (OURS, *WAYS)}
    peers = {name: seconds[name] / seconds[OURS] for name in WAYS}
    fewer = {f"{name}, requests": requests[name] / requests[OURS] for name in WAYS}
    most = math.ceil(count / SYMBOLS_PER_REQUEST) + (HANDSHAKE if state == "cold" else 0)
    least = count / 2  # half as many times as there are symbols: nearly all of the time is waiting
    return Result(
        row="e",
        name=f"latest prices of {count} symbol{'s' * (count > 1)}, {state}",
        median_ms=seconds[OURS] * MILLISECONDS,
        peers=peers | fewer,
        limit_ratio=None,
        aim=f"≤ {most} request{'s' * (most > 1)}, ≥ {least:g} × {ONE_BY_ONE}",
        met=requests[OURS] <= most and peers[ONE_BY_ONE] >= least,
        note=", ".join(f"{name} {seconds[name] * MILLISECONDS:,.0f} ms" for name in WAYS),
        requests=requests[OURS],
        peer_requests={f"{name}, requests": requests[name] for name in WAYS},
    )
