"""Lines for the person who started us; a terminal that has gone must not hurt."""

import os
import sys
import time


class SetupError(Exception):
    """Something the user can mend; the message is one sentence that says how, printed as it is."""


def say(text: str = "") -> None:
    """Print one line at once. After SIGHUP nobody reads any more: then all output goes nowhere, silently."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        _send_output_nowhere()


def complain(text: str) -> None:
    """Print one line where errors go: the other stream may be somebody's data."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        _send_output_nowhere()


def _send_output_nowhere() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


class Stopwatch:
    """Says what happened and how many seconds after the beginning."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        say(f"{self.seconds:6.1f} s  {text}")
