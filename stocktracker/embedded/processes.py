"""What runs on this machine, from /proc where it exists and from ps elsewhere."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
GROUP_FIELD = 2  # of /proc/N/stat, counted after the closing parenthesis: state, parent, group


@dataclass(frozen=True)
class Process:
    pid: int
    group: int
    command: str  # the command line; empty for a zombie


def processes() -> list[Process]:
    """All processes we may look at."""
    return list(_from_proc() if (PROC / "self" / "stat").exists() else _from_ps())


def command_line(pid: int) -> str:
    """The command line of a process; empty if there is none."""
    found = _from_proc(str(pid)) if (PROC / "self" / "stat").exists() else _from_ps("-p", str(pid))
    return next((process.command for process in found), "")


def _from_proc(pattern: str = "[0-9]*") -> Iterator[Process]:
    for folder in PROC.glob(pattern):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it ended while we looked
            continue
        command = b" ".join(words).decode(errors="replace").strip()
        yield Process(int(folder.name), int(fields[GROUP_FIELD]), command)


def _from_ps(*selection: str) -> Iterator[Process]:
    command = ["ps", *(selection or ("-A",)), "-ww", "-o", "pid=,pgid=,stat=,command="]
    table = subprocess.run(command, capture_output=True, text=True, check=False)  # nobody found is an error to ps
    for line in table.stdout.splitlines():
        pid, group, state, *command = line.split(maxsplit=3)
        yield Process(int(pid), int(group), "" if state.startswith("Z") else "".join(command))
