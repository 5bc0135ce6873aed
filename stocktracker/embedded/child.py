"""One child process: its own session, its lines in a log, gone when we are gone, stopped politely and then for sure."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from pwd import struct_passwd

from stocktracker.embedded.log import Log
from stocktracker.embedded.stopping import LOOK_EVERY

PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>
DEFAULT_GRACE = 10.0  # seconds between the stop signal and SIGKILL


@dataclass(frozen=True)
class Recipe:
    """Everything needed to start one child, again and again."""

    name: str
    argv: Sequence[str | Path]
    log: Log
    mark: str  # a word of its command line by which a later run knows it again
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    user: struct_passwd | None = None  # only root can choose
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = DEFAULT_GRACE


class Child:
    """A running recipe. Start children from the main thread: Linux ends them when the thread that forked them ends."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.name = recipe.name
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            [str(word) for word in recipe.argv],
            env=recipe.env,
            cwd=recipe.cwd,
            start_new_session=True,
            preexec_fn=die_with_parent(recipe.stop_signal),  # noqa: PLW1509  # the only way; see die_with_parent
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            user=recipe.user.pw_uid if recipe.user else None,
            group=recipe.user.pw_gid if recipe.user else None,
            extra_groups=[] if recipe.user else None,
        )
        if self._process.stdout:
            recipe.log.follow(self._process.stdout)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def alive(self) -> bool:
        return self.exit_code is None

    def ask_to_stop(self) -> None:
        """Signal the main process only: a Celery worker's warm shutdown needs its pool alive."""
        if self.alive():
            self._process.send_signal(self.recipe.stop_signal)

    def kill(self) -> None:
        """End whatever is left of its whole session."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child must do before it becomes its program, so that even `kill -9` of us ends it (Linux only).

    Elsewhere the next start cleans up: see orphans.py.
    """
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def promise() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # we died in between: no signal will come
            os._exit(1)

    return promise


def stop_together(children: Iterable[Child], *, hurry: Callable[[], bool]) -> list[str]:
    """Ask all at once, wait for each as long as its grace allows, then kill. Names of those that had to be killed."""
    waiting, asked_at = list(children), time.monotonic()
    everyone = list(waiting)
    for child in everyone:
        child.ask_to_stop()
    while waiting and not hurry():
        waited = time.monotonic() - asked_at
        waiting = [c for c in waiting if c.alive()]
        if all(waited > c.recipe.grace for c in waiting):
            break
        time.sleep(LOOK_EVERY)
    stubborn = [child.name for child in everyone if child.alive()]
    for child in everyone:
        child.kill()
    return stubborn
