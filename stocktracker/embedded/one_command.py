"""`manage` and `test`: one command of the user's with everything it needs around it, as if nothing were there."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from stocktracker.embedded.address import Address
from stocktracker.embedded.child import die_with_parent
from stocktracker.embedded.environment import deployment_environment, with_our_programs
from stocktracker.embedded.folder import Folder, Market, data_folder, throw_away_folder
from stocktracker.embedded.lock import Lock, LockedError, locked
from stocktracker.embedded.orphans import stop_orphans
from stocktracker.embedded.our_servers import needed_servers, running, stores
from stocktracker.embedded.postgres import Postgres
from stocktracker.embedded.stopping import LOOK_EVERY, StopAskedError, StopWish
from stocktracker.embedded.supervisor import Supervisor
from stocktracker.embedded.terminal import SetupError, complain
from stocktracker.embedded.up_file import environment_from

JOIN_WITHIN = 120.0  # seconds to wait for a deployment that is just starting or stopping
LOOK_FOR_LOCK_EVERY = 0.2  # seconds
KILLED_BY = 128  # a shell's exit code for «ended by signal N» is this plus N
INTERRUPTED = KILLED_BY + signal.SIGINT
TOGETHER = ("-n", "3", "--dist", "loadfile")  # the whole suite, in three processes: it waits more than it works


def run_manage(project: Path, market: Market, arguments: Sequence[str]) -> int:
    """Run a management command in a deployment's environment. Its exit code (or never: it may replace us)."""
    argv = [sys.executable, str(project / "manage.py"), *arguments]
    folder = data_folder(project, market, os.environ)
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        known = {"MARKET": market, "SECRET_KEY": folder.secret_key()}
        _become(argv, with_our_programs({**known, **os.environ}))
    wish = StopWish.from_signals()
    deadline = time.monotonic() + JOIN_WITHIN
    while True:
        try:
            with locked(folder.lock, "manage", "") as lock:
                stop_orphans(lock.left_behind)
                return _manage_alone(project, market, folder, lock, wish, argv)
        except LockedError as refusal:
            _join(folder, refusal, argv)
            if wish.asked or time.monotonic() > deadline:
                raise
        time.sleep(LOOK_FOR_LOCK_EVERY)


def run_tests(project: Path, arguments: Sequence[str]) -> int:
    """Run pytest with fast servers of its own that vanish afterwards. Its exit code; its last line stays the last."""
    wish = StopWish.from_signals()
    folder = throw_away_folder()
    supervisor = Supervisor(on_change=lambda _children: None, report=complain)
    argv = [sys.executable, "-m", "pytest", *(arguments or TOGETHER)]
    try:
        with running(stores(folder, os.environ, throw_away=True), supervisor, wish) as addresses:
            env = {"SECRET_KEY": folder.secret_key(), **os.environ, **addresses, "MARKET": "simulated"}
            return run_inherited(argv, with_our_programs(env), cwd=project, meanwhile=supervisor.look_after)
    except StopAskedError:
        return INTERRUPTED
    finally:
        shutil.rmtree(folder.path, ignore_errors=True)
        folder.leave()


def run_inherited(
    argv: Sequence[str], env: Mapping[str, str], *, cwd: Path | None = None, meanwhile: Callable[[], None]
) -> int:
    """Run a command on our own terminal and pass signals on to it. Its exit code, as a shell would say it."""
    process = subprocess.Popen(argv, env=env, cwd=cwd, preexec_fn=die_with_parent(signal.SIGTERM))  # noqa: PLW1509 — see it

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT and _terminal_tells_everyone():
            return
        process.send_signal(number)

    previous = {n: signal.signal(n, pass_on) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        while process.poll() is None:
            meanwhile()
            time.sleep(LOOK_EVERY)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    code = process.returncode
    return code if code >= 0 else KILLED_BY - code


def _manage_alone(
    project: Path, market: Market, folder: Folder, lock: Lock, wish: StopWish, argv: Sequence[str]
) -> int:
    """Start the servers quietly for the time of one command."""
    address = Address.from_environment(os.environ)
    supervisor = Supervisor(on_change=lock.note, report=complain)
    servers = needed_servers(folder, project, market, os.environ)
    try:
        with running(servers, supervisor, wish) as addresses:
            env = deployment_environment(os.environ, folder=folder, market=market, address=address, servers=addresses)
            if any(isinstance(server, Postgres) and server.is_new for server in servers):
                _migrate(argv, env)
            return run_inherited(argv, env, meanwhile=supervisor.look_after)
    except StopAskedError:
        return INTERRUPTED
    finally:
        folder.leave()


def _migrate(argv: Sequence[str], env: Mapping[str, str]) -> None:
    """Give a brand new database its tables."""
    done = subprocess.run(
        [*argv[:2], "migrate", "--noinput"], env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        raise SetupError(f"The new database could not be prepared:\n{done.stderr.decode(errors='replace').strip()}")


def _join(folder: Folder, refusal: LockedError, argv: Sequence[str]) -> None:
    """Become the command, if a deployment runs here and is ready. Returns only if it is not."""
    holder = refusal.holder
    if holder is None:
        return
    if holder.purpose == "manage":
        raise refusal
    told = environment_from(folder.up, holder.pid)
    if told is not None:
        _become(argv, with_our_programs({**os.environ, **told}))


def _become(argv: Sequence[str], env: Mapping[str, str]) -> None:
    """Replace this process: terminal, signals and exit code are the command's own from here on."""
    sys.stdout.flush()
    os.execve(argv[0], list(argv), dict(env))  # noqa: S606  # our own Python, no shell wanted


def _terminal_tells_everyone() -> bool:
    """Whether a Ctrl-C at the terminal reaches the command without us: it is in our foreground group."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
