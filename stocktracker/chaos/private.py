"""A folder with servers of its own: nothing of a deployment is touched, and nothing of this is left."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from stocktracker.embedded.address import Address
from stocktracker.embedded.child import die_with_parent
from stocktracker.embedded.environment import deployment_environment
from stocktracker.embedded.folder import Folder, throw_away_folder
from stocktracker.embedded.our_servers import stores
from stocktracker.embedded.server import environment_of

FOLDER = "CHAOS_FOLDER"  # tells the command that it runs inside
NOWHERE = "http://127.0.0.1:9"  # the price source is not part of this


def inside() -> Folder | None:
    """The private folder, if this process was started in its environment."""
    path = os.environ.get(FOLDER)
    return Folder(Path(path)) if path else None


def run_inside(project: Path, arguments: Sequence[str]) -> int:
    """Runs a management command where DATABASE_URL and REDIS_URL lead to private servers (which it has to start)."""
    folder = throw_away_folder()
    command = [sys.executable, str(project / "manage.py"), *arguments]
    try:
        child = subprocess.Popen(
            command,
            cwd=project,
            env=environment(folder),
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 — only the child itself can ask for it
        )
        try:
            return child.wait()
        except BaseException:
            child.send_signal(signal.SIGTERM)
            child.wait()
            raise
    finally:
        shutil.rmtree(folder.path, ignore_errors=True)
        shutil.rmtree(folder.sockets(), ignore_errors=True)


def environment(folder: Folder) -> dict[str, str]:
    """Of the command and of every process it starts."""
    made = deployment_environment(
        os.environ,
        folder=folder,
        market="simulated",
        address=Address("127.0.0.1", _free_port()),
        servers=environment_of(stores(folder, {})),
    )
    private = {
        FOLDER: str(folder.path),
        "YAHOO_PROXY": NOWHERE,
        "YAHOO_CA_BUNDLE": "",
        "WORKER_CONCURRENCY": "2",
        "WEB_CONCURRENCY": "1",
        "DJANGO_SETTINGS_MODULE": "stocktracker.settings",
    }
    return {**made, **private}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
