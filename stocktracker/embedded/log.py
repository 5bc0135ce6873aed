"""A child's lines: all of them in its file, the last ones remembered, the alarming ones shown."""

import re
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

from stocktracker.embedded.terminal import say

ROTATE_ABOVE = 5_000_000  # bytes; one previous file is kept
TAIL_LINES = 20  # shown when a child crashes: about one traceback
DRAIN = 0.5  # seconds for the last lines of a dead child to come through the pipe
NAME_WIDTH = 10  # characters, so that lines of different children stand under each other

ALARMING = re.compile(r"\b(WARNING|ERROR|CRITICAL|FATAL|PANIC)\b")
HARMLESS = "tcp_migrate_req"  # granian's advice for busy public servers, at every start


def everything(_line: str) -> bool:
    return True


def nothing(_line: str) -> bool:
    return False


def alarming(line: str) -> bool:
    """Whether a person should see this line without having asked for it."""
    return ALARMING.search(line) is not None and HARMLESS not in line


class Log:
    """The lines of one child and of those that replace it after a crash."""

    def __init__(self, path: Path, *, shows: Callable[[str], bool] = nothing) -> None:
        self.path = path
        self._name = path.stem
        self._shows = shows
        self._last: deque[str] = deque(maxlen=TAIL_LINES)
        self._reader: threading.Thread | None = None
        rotate(path)
        path.touch()  # its place is named in messages: it had better exist

    def follow(self, lines: IO[str]) -> None:
        """Read a child's output in the background until it ends."""
        self._last.clear()
        self._reader = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self._reader.start()

    def tail(self) -> str:
        """The last lines of a child that has ended, indented for the terminal."""
        if self._reader:
            self._reader.join(DRAIN)
        return "".join(f"\n    {line}" for line in list(self._last))

    def _read(self, lines: IO[str]) -> None:
        with lines, self.path.open("a", encoding="utf-8") as file:
            for line in lines:
                file.write(line)
                file.flush()
                self._last.append(line.rstrip())
                if self._shows(line):
                    say(f"{self._name:{NAME_WIDTH}}| {line.rstrip()}")


def rotate(path: Path) -> None:
    """Put a file that has grown too long aside, over the one put aside before."""
    if path.exists() and path.stat().st_size > ROTATE_ABOVE:
        path.replace(path.with_name(f"{path.name}.1"))
