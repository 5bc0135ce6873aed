"""Where one deployment keeps its things: data, logs, secret key, and a short folder for its sockets."""

import contextlib
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stocktracker.embedded.other_user import server_users
from stocktracker.embedded.private_file import write_private
from stocktracker.embedded.terminal import SetupError

Market = Literal["simulated", "live"]

SHORT = Path("/tmp")  # noqa: S108  # a socket's path is limited to about 100 bytes; the folder is private and its owner checked
KEY_BYTES = 50  # Django asks for at least 50 characters


@dataclass(frozen=True)
class Folder:
    """The data folder of one deployment: simulated and live never share one."""

    path: Path

    @property
    def logs(self) -> Path:
        logs = self.path / "logs"
        logs.mkdir(exist_ok=True)
        return logs

    @property
    def lock(self) -> Path:
        return self.path / "up.lock"

    @property
    def up(self) -> Path:
        return self.path / "up.json"

    def secret_key(self) -> str:
        """The deployment's own key: random, made once."""
        path = self.path / "secret_key"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(KEY_BYTES))
        return path.read_text(encoding="utf-8")

    def sockets(self) -> Path:
        """A short folder that only we can enter, the same one at every start."""
        tag = hashlib.sha256(bytes(self.path)).hexdigest()[:10]
        folder = SHORT / f"stocktracker-{os.getuid()}-{tag}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in _owners():
            raise SetupError(
                f"{folder} belongs to somebody else: remove it, or set STOCKTRACKER_HOME to another folder."
            )
        return folder

    def leave(self) -> None:
        """Remove the sockets' folder, if everybody who listened there has gone."""
        with contextlib.suppress(OSError):
            self.sockets().rmdir()


def _owners() -> set[int]:
    return {os.getuid(), *(user.pw_uid for user in server_users())}


def data_folder(project: Path, market: Market, environ: Mapping[str, str]) -> Folder:
    """`var/simulated` or `var/live`; STOCKTRACKER_HOME replaces `var`."""
    home = Path(environ.get("STOCKTRACKER_HOME") or project / "var").expanduser().resolve()
    try:
        (home / market).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"Cannot make the data folder {home / market}: {error.strerror}.") from error
    return Folder(home / market)


def throw_away_folder() -> Folder:
    """A fresh folder for one test run. PostgreSQL's user may walk through it, not read it."""
    path = Path(tempfile.mkdtemp(prefix="stocktracker-test-")).resolve()
    path.chmod(0o711)
    return Folder(path)
