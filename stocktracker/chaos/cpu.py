"""How long processes have kept a processor busy, their children included; only where there is /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
PARENT = 1  # fields of /proc/N/stat after the closing parenthesis
TIMES = slice(11, 15)  # of the process and of its children that have ended, in ticks


def processor_seconds(pids: Iterable[int]) -> float:
    """Of these processes and of all below them."""
    parents, seconds = {}, {}
    for folder in PROC.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        parents[int(folder.name)] = int(fields[PARENT])
        seconds[int(folder.name)] = sum(map(int, fields[TIMES])) / os.sysconf("SC_CLK_TCK")
    roots = set(pids)
    return sum(own for pid, own in seconds.items() if _is_below(pid, roots, parents))


def _is_below(pid: int, roots: set[int], parents: dict[int, int]) -> bool:
    while pid in parents and pid not in roots:
        pid = parents[pid]
    return pid in roots
