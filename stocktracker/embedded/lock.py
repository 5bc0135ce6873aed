"""One deployment per data folder: a lock that vanishes with its holder, and a note of who holds it."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Literal

from stocktracker.embedded.child import Child
from stocktracker.embedded.orphans import Noted
from stocktracker.embedded.terminal import SetupError

Purpose = Literal["run", "manage"]


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, or held it last, and the children he had."""

    pid: int
    purpose: Purpose
    address: str
    children: list[Noted] = field(default_factory=list)


class LockedError(SetupError):
    """Somebody else holds the lock."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__(_sentence(holder))
        self.holder = holder


class Lock:
    """A lock we hold. Its file tells others about us, and the next run about our children if we get killed."""

    def __init__(self, file: IO[str], purpose: Purpose, address: str) -> None:
        self._file = file
        self._purpose: Purpose = purpose
        self._address = address
        before = _read(file)
        self.left_behind = before.children if before else []
        self.note(())

    def note(self, children: Iterable[Child]) -> None:
        """Write down which children run now."""
        noted = [Noted(c.name, c.pid, c.recipe.mark, int(c.recipe.stop_signal)) for c in children]
        holder = Holder(os.getpid(), self._purpose, self._address, noted)
        self._write(json.dumps(asdict(holder)))

    def forget(self) -> None:
        """Leave no note: everything has been stopped in order."""
        self._write("")

    def _write(self, text: str) -> None:
        """Write over the old note and cut its rest off: whoever reads in between finds one of the two."""
        note = text.encode()
        os.pwrite(self._file.fileno(), note, 0)
        os.ftruncate(self._file.fileno(), len(note))


@contextmanager
def locked(path: Path, purpose: Purpose, address: str) -> Iterator[Lock]:
    """Hold the lock; LockedError if somebody else does. After an error the note stays, for the next run's broom."""
    with _opened(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # gone with the process, however it ends
        except OSError as error:
            raise LockedError(_read(file)) from error
        lock = Lock(file, purpose, address)
        yield lock
        lock.forget()


def _opened(path: Path) -> IO[str]:
    """For reading and writing anywhere (mode «a» would write at the end only), made if need be, never emptied."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+", encoding="utf-8")


def _read(file: IO[str]) -> Holder | None:
    """The note, whatever may follow it; None if there is none."""
    file.seek(0)
    try:
        note, _end = json.JSONDecoder().raw_decode(file.read())
        return Holder(**{**note, "children": [Noted(**child) for child in note["children"]]})
    except (ValueError, TypeError, KeyError):
        return None


def _sentence(holder: Holder | None) -> str:
    if holder is None:
        return "MyStockTracker is just starting or stopping here: try again in a moment."
    if holder.purpose == "manage":
        return f"A bin/manage command is running here (process {holder.pid}): try again when it has ended."
    return (
        f"MyStockTracker is already running here (process {holder.pid}) at {holder.address}; "
        f"stop it with Ctrl-C in its window, or kill {holder.pid}."
    )
