"""Writing files that others may read at any moment."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_atomically(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Readers see the old content or the new, never a part."""
    with _draft(path, content, mode) as draft:
        draft.replace(path)


def create_atomically(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Like `write_atomically`, but a file that is already there stays: of many who create it, the first wins."""
    with _draft(path, content, mode) as draft, contextlib.suppress(FileExistsError):
        os.link(draft, path)


@contextmanager
def _draft(path: Path, content: bytes, mode: int) -> Iterator[Path]:
    """A complete file beside `path`, gone afterwards."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), mode)
        yield draft
    finally:
        draft.unlink(missing_ok=True)
