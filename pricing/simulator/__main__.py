"""`python -m pricing.simulator`: the simulated market in a process of its own."""

import argparse
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from pricing.simulator.server import MarketServer


def main() -> None:
    given = _arguments()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = MarketServer(given.directory, given.port, log=given.log)
    if given.at is not None:
        server.clock.set(given.at, running=True)
    server.start()
    sys.stdout.write(f"simulated market ready: {server.proxy} {server.authority.bundle}\n")
    sys.stdout.flush()
    stop.wait()
    server.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pricing.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0: any free one")
    parser.add_argument("--directory", type=Path, required=True, help="where the certificate authority is kept")
    parser.add_argument("--log", type=Path, help="append one JSON line a request to this file")
    parser.add_argument("--at", type=_moment, help="ISO time from which the market's clock runs (default: now)")
    return parser.parse_args()


def _moment(text: str) -> datetime:
    """UTC where no zone is given."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
