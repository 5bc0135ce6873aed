"""Children of a run that was killed -9: the next run ends them before it starts its own.

On Linux the kernel has told them already and there is little left to do; elsewhere this is the only broom.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stocktracker.embedded.processes import command_line, processes
from stocktracker.embedded.stopping import LOOK_EVERY

PATIENCE = 10.0  # seconds for an orphan to end by itself before it is killed


@dataclass(frozen=True)
class Noted:
    """A child as the lock file remembers it; it led its own process group, so pid is the group too."""

    name: str
    pid: int
    mark: str  # a word of its command line: numbers are used again, by other people's processes
    stop_signal: int


def stop_orphans(noted: Iterable[Noted]) -> None:
    """End what is left of these children, and nothing else."""
    left = _still_ours(noted)
    for orphan in left:
        _ask_to_stop(orphan)
    deadline = time.monotonic() + PATIENCE
    while left and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)
        left = _still_ours(left)
    for orphan in left:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(orphan.pid, signal.SIGKILL)


def _ask_to_stop(orphan: Noted) -> None:
    """Signal the leader alone, as at an orderly stop; if he has gone, those he left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if command_line(orphan.pid):
            os.kill(orphan.pid, orphan.stop_signal)
        else:
            os.killpg(orphan.pid, signal.SIGTERM)


def _still_ours(noted: Iterable[Noted]) -> list[Noted]:
    """Those with a process left in their group that we know again: by its mark, or by our own programs' folder."""
    wanted = list(noted)
    if not wanted:
        return []
    table, our_programs = processes(), str(Path(sys.executable).parent)
    return [
        n for n in wanted if any(p.group == n.pid and (n.mark in p.command or our_programs in p.command) for p in table)
    ]
