"""Prices as one would ask yfinance for them: the peer of rows 9 and e, in a process of its own that starts cold.

`python -m stocktracker.perf.downloads CACHE_FOLDER WAY SYMBOL …` says «ready», asks at each line it is sent for the
period named there, and answers with how many prices came. WAY is «together» (yf.download) or «single» (a Ticker for
each symbol).
"""

from __future__ import annotations

import sys

import yfinance

TOGETHER, SINGLE = "together", "single"
READY = "ready"


def download(symbols: list[str], period: str) -> int:
    """How many prices came."""
    table = yfinance.download(symbols, period=period, progress=False)
    return int(table["Close"].count().sum())


def one_by_one(symbols: list[str], period: str) -> int:
    """How many prices came."""
    return sum(int(yfinance.Ticker(symbol).history(period=period)["Close"].count()) for symbol in symbols)


def main(cache: str, way: str, *symbols: str) -> None:
    yfinance.set_tz_cache_location(cache)
    ask = {TOGETHER: download, SINGLE: one_by_one}[way]
    _say(READY)
    for line in sys.stdin:
        _say(str(ask(list(symbols), line.strip())))


def _say(answer: str) -> None:
    sys.stdout.write(f"{answer}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
