import os
import subprocess
import sys
from pathlib import Path

import pytest

from pricing.simulator.control import Market

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(("way", "looks"), [("together", 2), ("single", 2)])
def test_it_says_that_it_is_ready_asks_once_a_line_and_answers_with_how_many_prices_came(
    market: Market, tmp_path: Path, way: str, looks: int
) -> None:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "stocktracker.perf.downloads", str(tmp_path), way, "AAPL", "MSFT"],
        cwd=ROOT,
        env={**os.environ, "HTTPS_PROXY": market.proxy, "REQUESTS_CA_BUNDLE": market.ca_bundle, "NO_PROXY": ""},
        input="5d\n1mo\n",
        capture_output=True,
        text=True,
        check=True,
    )

    ready, *counts = told.stdout.split()
    days, month = map(int, counts)
    assert ready == "ready"
    assert 2 * 3 <= days < month <= 2 * 24  # sessions
    assert market.summary()["chart"] == 2 * 2 + looks  # a look for the time zone, once each, and the prices
    assert list(tmp_path.iterdir())  # what it keeps for the next process is kept here
