"""Files that are written whole or not at all, and streams that count and digest what passes through them."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import BadZipFile

from .manifest import BackupError

STDOUT = "-"
# RuntimeError: with a password, or packed in a way Python does not know.
UNREADABLE = (OSError, BadZipFile, zlib.error, EOFError, RuntimeError)


@contextmanager
def readable(path: str) -> Iterator[None]:
    """Nothing but reading a zip belongs in here: whatever is wrong with it becomes a BackupError."""
    try:
        yield
    except UNREADABLE as error:
        raise BackupError(f"{path} cannot be read as a backup: {error}.") from error


@contextmanager
def written_whole(target: str) -> Iterator[IO[bytes]]:
    """A file of mode 0600 that gets its name when the block ends well, and is gone when it does not; `-` is stdout."""
    if target == STDOUT:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except OSError as error:
            raise BackupError(f"The standard output took no more: {error.strerror}.") from error
        return
    path = Path(target)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner only
    except OSError as error:
        raise BackupError(f"{path.parent} cannot be written to: {error.strerror}.") from error
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise BackupError(f"{path} could not be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


class Digest:
    """A stream in the middle: passes everything on, and knows the sha256 of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self._seen = stream, hashlib.sha256()

    def write(self, part: bytes) -> int:
        self._seen.update(part)
        return self.stream.write(part)

    def read(self, size: int = -1) -> bytes:
        part = self.stream.read(size)
        self._seen.update(part)
        return part

    @property
    def sha256(self) -> str:
        return self._seen.hexdigest()
