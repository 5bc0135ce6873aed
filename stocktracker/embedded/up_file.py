"""up.json: how to reach the deployment that runs in a folder, for commands that want to join it."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stocktracker.embedded.private_file import write_private

TOLD = ("DATABASE_URL", "REDIS_URL", "MARKET", "YAHOO_PROXY", "YAHOO_CA_BUNDLE", "SECRET_KEY")


@contextmanager
def up_file(path: Path, address: str, environment: Mapping[str, str]) -> Iterator[None]:
    """Tell while the block runs."""
    told = {name: environment[name] for name in TOLD if name in environment}
    write_private(path, json.dumps({"pid": os.getpid(), "address": address, "env": told}, indent=2))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def environment_from(path: Path, pid: int) -> dict[str, str] | None:
    """The environment of the deployment this process runs; None if it has not told yet (or another one told)."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return dict(told["env"]) if told["pid"] == pid else None
