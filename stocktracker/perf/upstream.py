"""Row 9: how many requests the prices of some symbols cost, through the gateway and through yf.download.

Counted by a simulated market that is there for this row only: nothing is timed, and the counts are exact.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings
from django.test.utils import override_settings

from pricing import gateway
from pricing.handshakes import Shared
from pricing.simulator.control import Market
from pricing.simulator.server import MarketServer

from .downloads import TOGETHER
from .result import Result

WARM = {1: 1, 20: 1, 200: 4}  # {symbols: requests}, the aim
HANDSHAKE = 2  # requests, for cookie and crumb, when nobody has them yet
PEER = "yf.download"
PERIODS = ("5d", "1mo")  # another one the second time: what it was asked before, it answers from memory

Ask = Callable[[str], None]  # for a period


def counts(aims: Mapping[int, int] = WARM) -> Iterator[Result]:
    """For so many symbols each: by whoever has never asked before, and once more by the same."""
    with tempfile.TemporaryDirectory() as folder, MarketServer(Path(folder)) as server:
        market = Market(server.proxy, server.authority.bundle)
        for symbols, aim in aims.items():
            names = [f"SYM{number}" for number in range(symbols)]
            ours, theirs = _through_the_gateway(market, names), _through_yfinance(market, names, Path(folder))
            for state, asked, peer, wanted in zip(("cold", "warm"), ours, theirs, (aim + HANDSHAKE, aim), strict=True):
                yield Result(
                    row="9",
                    name=f"quotes of {symbols} symbol{'s' * (symbols > 1)}, {state}",
                    median_ms=None,
                    peers={PEER: peer / asked},
                    limit_ratio=None,
                    aim=f"≤ {wanted} request{'s' * (wanted > 1)}",
                    met=asked <= wanted,
                    requests=asked,
                    peer_requests={PEER: peer},
                )


def _through_the_gateway(market: Market, symbols: list[str]) -> list[int]:
    """Requests of the first and of the second time."""
    with asking(market):
        return [requests_of(market, lambda: quoted(symbols)) for _ in PERIODS]


def quoted(symbols: list[str]) -> None:
    """Through the gateway. Raises ValueError where not all of them came."""
    rows = [symbol for answer in gateway.quotes(symbols) for symbol in answer.rows]
    if len(rows) != len(symbols):
        raise ValueError(f"{len(symbols)} quotes were asked for, {len(rows)} came")


@contextmanager
def asking(market: Market) -> Iterator[None]:
    """The gateway as in a process that has not asked yet, without pacing; whoever runs beside us notices nothing."""
    name = f"perf {os.getpid()}"
    proxy, bundle = market.proxy, market.ca_bundle
    with override_settings(
        MARKET=name, YAHOO_PROXY=proxy, YAHOO_CA_BUNDLE=bundle, UPSTREAM_PER_SECOND=1000.0, UPSTREAM_BURST=1000
    ):
        gateway._client.cache_clear()  # noqa: SLF001 — one client a process, and this stands for a new process
        try:
            yield
        finally:
            Shared(name).store(None)
            gateway._client.cache_clear()  # noqa: SLF001 — likewise


def _through_yfinance(market: Market, symbols: list[str], folder: Path) -> list[int]:
    """Requests of the first and of the second time."""
    with yfinance(market, symbols, folder, TOGETHER) as ask:
        return [requests_of(market, partial(ask, period)) for period in PERIODS]


@contextmanager
def yfinance(market: Market, symbols: list[str], folder: Path, way: str) -> Iterator[Ask]:
    """Asks for the symbols' prices over a period, in a process of its own with an empty cache."""
    cache = tempfile.mkdtemp(dir=folder)
    command = [sys.executable, "-W", "ignore", "-m", "stocktracker.perf.downloads", cache, way, *symbols]
    with (
        Path(cache, "errors").open("w") as errors,
        subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env={**os.environ, **_pointing_at(market)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as child,
    ):
        _line_of(child, errors.name)  # it is ready: what it needs to start is not part of asking
        yield partial(_downloaded, child, errors.name)


def _pointing_at(market: Market) -> dict[str, str]:
    """As everybody points yfinance and curl at a proxy; nobody else is trusted, so nobody else is asked."""
    proxies = ("HTTPS_PROXY", "https_proxy")
    return {
        **dict.fromkeys(proxies, market.proxy),
        "REQUESTS_CA_BUNDLE": market.ca_bundle,
        "NO_PROXY": "",
        "no_proxy": "",
    }


def _downloaded(child: subprocess.Popen[str], errors: str, period: str) -> None:
    print(period, file=child.stdin, flush=True)
    if not int(_line_of(child, errors)):
        raise ValueError(f"yfinance got nothing: {Path(errors).read_text()}")


def _line_of(child: subprocess.Popen[str], errors: str) -> str:
    line = child.stdout.readline() if child.stdout else ""
    if not line:
        raise ValueError(f"yfinance ended: {Path(errors).read_text()}")
    return line.strip()


def requests_of(market: Market, work: Callable[[], object]) -> int:
    """As the market counted them."""
    market.reset_log()
    work()
    return sum(market.summary().values())
