"""Our own Redis: append-only, on a private socket, never throwing a message away to make room."""

import socket
import time
from pathlib import Path

from stocktracker.embedded.child import Recipe
from stocktracker.embedded.log import Log
from stocktracker.embedded.programs import redis_program
from stocktracker.embedded.stopping import LOOK_EVERY

GRACE = 5.0  # seconds to write the last of the append-only file before SIGKILL
ORPHAN_GRACE = 5.0  # seconds for the server of a killed run to end
ANSWER_WITHIN = 1.0  # seconds
ANSWER_BYTES = 64  # enough for +PONG and for any refusal
MEMORY = "256mb"


class Redis:
    title = "Redis"

    def __init__(self, folder: Path, sockets: Path, log: Log, *, throw_away: bool = False) -> None:
        self._data = folder / "redis"
        self._socket = sockets / "redis.sock"
        self._log = log
        self._program = redis_program()
        self._keep = ("--appendonly", "no") if throw_away else ("--appendonly", "yes", "--appendfsync", "everysec")

    def prepare(self) -> None:
        self._data.mkdir(exist_ok=True)

    def recipe(self) -> Recipe:
        return Recipe(
            name="redis",
            argv=[
                *(self._program, "--port", "0", "--unixsocket", self._socket, "--unixsocketperm", "700"),
                *("--dir", self._data, "--save", "", *self._keep),
                *("--maxmemory", MEMORY, "--maxmemory-policy", "noeviction", "--loglevel", "warning"),
            ],
            log=self._log,
            mark=self._program.name,
            grace=GRACE,
        )

    def clean_up(self) -> None:
        """End the server of a killed run: two must not write one append-only file."""
        if not self._ask("PING"):
            return
        self._ask("SHUTDOWN")
        deadline = time.monotonic() + ORPHAN_GRACE
        while self._ask("PING") and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)

    def ready(self) -> bool:
        return self._ask("PING").startswith(b"+PONG")

    def environment(self) -> dict[str, str]:
        return {"REDIS_URL": f"unix://{self._socket}?db=0"}

    def _ask(self, command: str) -> bytes:
        """The beginning of the answer; nothing if nobody answers."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_WITHIN)
            try:
                connection.connect(str(self._socket))
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(ANSWER_BYTES)
            except OSError:
                return b""
