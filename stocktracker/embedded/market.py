"""The simulated market as a server of ours: prices without the internet."""

import contextlib
import socket
import sys
from pathlib import Path

from stocktracker.embedded.child import Recipe
from stocktracker.embedded.log import Log, rotate

GRACE = 5.0  # seconds before SIGKILL; it has nothing to lose
HOST = "127.0.0.1"
ANSWER_WITHIN = 1.0  # seconds


class SimulatedMarket:
    """Listens on one port for the whole run, so that a restart after a crash keeps everybody's address valid."""

    title = "simulated market"

    def __init__(self, folder: Path, project: Path, log: Log) -> None:
        self._folder = folder / "market"
        self._project = project
        self._log = log
        self._port = free_port()

    @property
    def _requests(self) -> Path:
        return self._folder / "requests.jsonl"

    def prepare(self) -> None:
        self._folder.mkdir(exist_ok=True)
        rotate(self._requests)

    def recipe(self) -> Recipe:
        return Recipe(
            name="market",
            argv=[
                *(sys.executable, "-m", "pricing.simulator", "--port", str(self._port)),
                *("--directory", self._folder, "--log", self._requests),
            ],
            log=self._log,
            mark="pricing.simulator",
            cwd=self._project,
            grace=GRACE,
        )

    def clean_up(self) -> None:
        """Nothing: it keeps no state that two could spoil, and the port is new."""

    def ready(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((HOST, self._port), ANSWER_WITHIN):
            return (self._folder / "ca.pem").exists()
        return False

    def environment(self) -> dict[str, str]:
        return {
            "YAHOO_PROXY": f"http://{HOST}:{self._port}",
            "YAHOO_CA_BUNDLE": str(self._folder / "ca.pem"),
        }


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
