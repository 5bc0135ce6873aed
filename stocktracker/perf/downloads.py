"""Prices through yf.download, as one would ask yfinance: row 9's peer, in a process of its own that starts cold.

`python -m stocktracker.perf.downloads CACHE_FOLDER SYMBOL …` downloads at each line it is sent the period named there,
and answers with how many prices came.
"""

from __future__ import annotations

import sys

import yfinance


def download(symbols: list[str], period: str) -> int:
    """How many prices came."""
    table = yfinance.download(symbols, period=period, progress=False)
    return int(table["Close"].count().sum())


def main(cache: str, *symbols: str) -> None:
    yfinance.set_tz_cache_location(cache)
    for line in sys.stdin:
        print(download(list(symbols), line.strip()), flush=True)  # noqa: T201 - the answer to whoever started us


if __name__ == "__main__":
    main(*sys.argv[1:])
