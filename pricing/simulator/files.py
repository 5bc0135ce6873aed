"""Writing files that others may read at any moment."""

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Readers see the old content or the new, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as draft:
        draft.write(content)
        os.fchmod(draft.fileno(), mode)
    Path(name).replace(path)
