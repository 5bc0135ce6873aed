"""The simulated market in a process of its own: shared by `python -m pricing.simulator` and `manage.py simulator`."""

import argparse
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pricing.simulator.server import MarketServer


@dataclass(frozen=True, slots=True)
class Wanted:
    directory: Path
    port: int = 0
    log: Path | None = None
    at: datetime | None = None

    @classmethod
    def of(cls, options: dict[str, Any]) -> "Wanted":
        return cls(options["directory"], options["port"], options["log"], options["at"])


def add_arguments(parser: argparse.ArgumentParser, directory: Path | None = None) -> None:
    """`directory` is where the certificate authority is kept by default; None: it must be named."""
    kept = f" (default: {directory})" if directory else ""
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0: any free one")
    parser.add_argument(
        "--directory", type=Path, default=directory, required=directory is None,
        help=f"where the certificate authority is kept{kept}",
    )  # fmt: skip
    parser.add_argument("--log", type=Path, help="append one JSON line a request to this file")
    parser.add_argument("--at", type=moment, help="ISO time from which the market's clock runs (default: now)")


def run(wanted: Wanted, ready: Callable[[MarketServer], None]) -> dict[str, int]:
    """Serves until SIGTERM or SIGINT; what was asked, by kind."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = MarketServer(wanted.directory, wanted.port, log=wanted.log)
    if wanted.at is not None:
        server.clock.set(wanted.at, running=True)
    with server:
        ready(server)
        stop.wait()
    return server.journal.summary()


def moment(text: str) -> datetime:
    """UTC where no zone is given."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
