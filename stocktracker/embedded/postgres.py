"""Our own PostgreSQL: made once, run in the foreground as our child, reached through a private socket."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from stocktracker.embedded.child import Recipe
from stocktracker.embedded.log import Log
from stocktracker.embedded.other_user import place_for_data, place_for_programs, server_user
from stocktracker.embedded.processes import command_line
from stocktracker.embedded.programs import postgres_programs
from stocktracker.embedded.stopping import LOOK_EVERY
from stocktracker.embedded.terminal import SetupError

GRACE = 20.0  # seconds to write everything down before SIGKILL
ORPHAN_GRACE = 30.0  # seconds for the server of a killed run to end
PORT = 5432  # only names the socket file: nothing listens on the network
USER = "stocktracker"
STATUS_LINE = 7  # of postmaster.pid, counted from 0; PostgreSQL writes «ready» there, as pg_ctl reads it

SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "shared_buffers=64MB",
    "log_min_messages=warning",
    "log_checkpoints=off",
)
THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # for tests: lost with the power


class Postgres:
    title = "PostgreSQL"

    def __init__(self, folder: Path, sockets: Path, log: Log, *, throw_away: bool = False) -> None:
        self._link = folder / "postgres"
        self._sockets = sockets
        self._log = log
        self._settings = (*SETTINGS, *(THROW_AWAY if throw_away else ()))
        self._initdb_options = ("--no-sync",) if throw_away else ()
        self._user = server_user(self._link)
        self._programs = place_for_programs(postgres_programs(), self._user)
        self.is_new = not (self._link / "PG_VERSION").exists()

    @property
    def data(self) -> Path:
        """The cluster: in the data folder, or where a link there points to (see other_user.py)."""
        return self._link.resolve()

    def prepare(self) -> None:
        """Make the cluster if there is none yet."""
        if self._user:
            os.chown(self._sockets, self._user.pw_uid, self._user.pw_gid)
        if self.is_new:
            self._make_cluster()

    def recipe(self) -> Recipe:
        return Recipe(
            name="postgres",
            argv=[
                *(self._programs / "postgres", "-D", self.data, "-k", self._sockets, "-p", str(PORT)),
                *(part for setting in self._settings for part in ("-c", setting)),
            ],
            log=self._log,
            mark=f"-D {self.data}",
            env=_plain_environment(),
            cwd=Path("/"),
            user=self._user,
            stop_signal=signal.SIGINT,  # «fast»: SIGTERM would wait for every client to leave
            grace=GRACE,
        )

    def clean_up(self) -> None:
        """End the server of a killed run; forget its pid file if the number is a stranger's by now.

        The file of a dead server stays: PostgreSQL itself checks with it whether old backends still run.
        """
        pid = _first_number(self.data / "postmaster.pid")
        command = command_line(pid) if pid else ""
        if pid and f"-D {self.data}" in command:
            self._stop_orphan(pid)
        elif command:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in self._sockets.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)

    def ready(self) -> bool:
        """Whether the pid file says so, and is not one that a killed server left behind."""
        lines = _lines(self.data / "postmaster.pid")
        if len(lines) <= STATUS_LINE or lines[STATUS_LINE].strip() != "ready":
            return False
        return f"-D {self.data}" in command_line(int(lines[0]))

    def environment(self) -> dict[str, str]:
        host = quote(str(self._sockets), safe="")
        return {"DATABASE_URL": f"postgres://{USER}@{host}:{PORT}/postgres"}

    def _make_cluster(self) -> None:
        """Run initdb beside the final place and rename: an interrupted first start leaves nothing half-made."""
        data = place_for_data(self._link.parent, self._user) / "postgres"
        fresh = data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self._user:
            os.chown(fresh, self._user.pw_uid, self._user.pw_gid)
        self._run_initdb(fresh)
        self._link.unlink(missing_ok=True)  # a link to a cluster that has gone
        fresh.rename(data)
        if data != self._link:
            self._link.symlink_to(data)

    def _run_initdb(self, data: Path) -> None:
        made = subprocess.run(
            [
                *(self._programs / "initdb", "-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8"),
                *("--locale=C", "--no-instructions", *self._initdb_options),
            ],
            env=_plain_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # a Ctrl-C is for us; initdb ends in a second anyway
            user=self._user.pw_uid if self._user else None,
            group=self._user.pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
        )
        if made.returncode:
            raise SetupError(f"PostgreSQL could not make its data folder:\n{made.stderr.strip()}")

    def _stop_orphan(self, pid: int) -> None:
        deadline = time.monotonic() + ORPHAN_GRACE
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        while command_line(pid) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)


def _plain_environment() -> dict[str, str]:
    """Ours without libpq's variables (PGPORT and PGDATA would move the server) and with the locale of the data."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _lines(path: Path) -> Sequence[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _first_number(path: Path) -> int | None:
    first = next(iter(_lines(path)), "").strip()
    return int(first) if first.isdigit() else None
