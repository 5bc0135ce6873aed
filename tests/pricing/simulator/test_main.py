"""`python -m pricing.simulator`."""

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pricing.simulator.control import Market
from pricing.upstream.client import UpstreamError
from pricing.upstream.yahoo import Yahoo


def started(directory: Path, *arguments: str) -> tuple[subprocess.Popen[str], Market]:
    command = [sys.executable, "-m", "pricing.simulator", "--directory", str(directory), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    words = process.stdout.readline().split()
    assert words[:3] == ["simulated", "market", "ready:"]
    return process, Market(words[3], words[4])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_logs_what_it_is_asked_and_stops_although_a_client_hangs(
    tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "requests.jsonl"
    process, market = started(tmp_path, "--at", "2026-11-20T15:30", "--log", str(log))
    yahoo = Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle)
    row = yahoo.quotes(["AAPL"]).rows["AAPL"]
    market.hang(60)
    hanging = threading.Thread(target=_ignoring, args=(yahoo,))
    hanging.start()
    _wait_until_hanging(market)

    begun = time.monotonic()
    process.send_signal(number)

    assert process.wait(10) == 0
    assert time.monotonic() - begun < 3.0  # alone it takes 0.3 s
    assert (row.market_state, row.at.isoformat()[:16]) == ("REGULAR", "2026-11-20T15:30")
    kinds = [json.loads(line)["kind"] for line in log.read_text().splitlines()]
    assert kinds == ["cookie", "crumb", "quote", "quote"]
    hanging.join(5)


def _ignoring(yahoo: Yahoo) -> None:
    with pytest.raises(UpstreamError):
        yahoo.quotes(["KO"])


def _wait_until_hanging(market: Market) -> None:
    until = time.monotonic() + 5
    while not any(row["fault"] == "hang" for row in market.requests()):
        assert time.monotonic() < until
        time.sleep(0.01)
