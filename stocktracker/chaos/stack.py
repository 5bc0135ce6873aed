"""Private servers and the product's own processes, to be killed, stopped and frozen by name."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from stocktracker.embedded.address import Address
from stocktracker.embedded.child import Child, Recipe, stop_together
from stocktracker.embedded.folder import Folder
from stocktracker.embedded.log import Log
from stocktracker.embedded.our_servers import stores
from stocktracker.embedded.processes import processes
from stocktracker.embedded.procfile import Procfile
from stocktracker.embedded.server import Server
from stocktracker.embedded.stopping import LOOK_EVERY, StopWish
from stocktracker.embedded.terminal import SetupError

SERVERS = ("redis", "postgres")
RESTART_PAUSE = 1.0  # seconds: as the supervisor waits before it starts a crashed process again
READY_WITHIN = 60.0  # seconds, for a server that recovers
GRACE = {"web": 10.0, "beat": 5.0}  # seconds before SIGKILL, as bin/run has them
WORKER_GRACE = 25.0
PLAIN_WORKER = "celery -A stocktracker.chaos.plain worker --concurrency 2 --loglevel WARNING -n plain@%h"


class Stack:
    """Everything by its name: redis, postgres, web, beat, worker-1, worker-2 …, and plain for the other tasks."""

    def __init__(
        self, folder: Folder, project: Path, env: Mapping[str, str], *, workers: int, plain: bool, wish: StopWish
    ) -> None:
        self.wish = wish
        self.address = Address.from_environment(env)
        self.folder, self._project, self._env = folder, project, dict(env)
        self._servers: dict[str, Server] = dict(zip(SERVERS, stores(folder, {}), strict=True))
        self._commands = _commands(Procfile.read(project / "Procfile"), workers, plain=plain)
        self._logs: dict[str, Log] = {}
        self._running: dict[str, Child] = {}
        self._held: set[str] = set()  # stopped on purpose
        self._expected: set[str] = set()  # killed on purpose
        self._due: dict[str, float] = {}  # when who has ended starts again
        self._surprises: list[str] = []

    @property
    def names(self) -> list[str]:
        return [*SERVERS, *self._commands]

    @property
    def workers(self) -> list[str]:
        """All of them, those of plain tasks too."""
        return [name for name in self._commands if name not in {"web", "beat"}]

    @property
    def one_of_each_worker(self) -> list[str]:
        """Where there are two, the other one goes on."""
        return [name for name in self.workers if name in {"worker-1", "plain"}]

    @property
    def redis_url(self) -> str:
        return self._env["REDIS_URL"]

    @property
    def plain_redis_url(self) -> str:
        """Plain tasks have queues of their own."""
        return self.redis_url.replace("db=0", "db=1")

    def release(self) -> None:
        """What the Procfile runs before anything else: the tables."""
        child = Child(self._recipe("release", Procfile.read(self._project / "Procfile").release or "true"))
        self.wish.wait_until(lambda: not child.alive(), seconds=READY_WITHIN)
        if child.exit_code != 0:
            raise SetupError(f"The release failed:{child.recipe.log.tail()}")

    def start(self, *names: str) -> None:
        """Servers are waited for; processes come when they come. Whoever runs already is left alone."""
        for name in names:
            self._held.discard(name)
            self._due.pop(name, None)
            if name in self._running and self._running[name].alive():
                continue
            if name in self._running:
                self._running[name].kill()  # what is left of its session
            if name in self._servers:
                self._start_server(name)
            else:
                self._running[name] = Child(self._recipe(name, self._commands[name]))

    def stop(self, *names: str) -> float:
        """Politely, as bin/run does it; they stay away until they are started. Seconds until they had left."""
        began = time.monotonic()
        self._held.update(names)
        stop_together([self._running[name] for name in names if name in self._running], hurry=lambda: False)
        return time.monotonic() - began

    def kill(self, *names: str) -> None:
        """-9, all of a name's processes; what else there is of PostgreSQL ends when it notices."""
        for name in names:
            self._expected.add(name)
            self._running[name].kill()

    def kill_first_process(self, *names: str) -> None:
        """-9, but its children are left to themselves."""
        for name in names:
            self._expected.add(name)
            with suppress(ProcessLookupError):
                os.kill(self._running[name].pid, signal.SIGKILL)

    def kill_one_child(self, *names: str) -> None:
        """-9, of each worker one process of its pool."""
        for name in names:
            for pid in self.children(name)[:1]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def look_after(self) -> None:
        """As the supervisor does: whoever has ended comes back, servers at once, processes after a pause."""
        now = time.monotonic()
        for name, child in list(self._running.items()):
            if name in self._held or child.alive():
                continue
            if name not in self._due:
                self._due[name] = now + (0 if name in self._servers else RESTART_PAUSE)
                self._surprises += [name] if name not in self._expected else []
                self._expected.discard(name)
            if now >= self._due[name]:
                self.start(name)

    def surprises(self) -> list[str]:
        """Who has ended by itself since the last time."""
        seen, self._surprises = self._surprises, []
        return seen

    def until(self, condition: Callable[[], object], seconds: float) -> bool:
        """Whether it came true in time; looks after everybody meanwhile."""

        def look() -> bool:
            self.look_after()
            return bool(condition())

        return self.wish.wait_until(look, seconds=seconds)

    def wait(self, seconds: float) -> None:
        self.until(lambda: False, seconds)

    def children(self, name: str) -> list[int]:
        first = self._running[name].pid
        return [process.pid for process in processes() if process.group == first and process.pid != first]

    def pids(self) -> dict[str, int]:
        """Of first processes that run."""
        return {name: child.pid for name, child in self._running.items() if child.alive()}

    def freeze(self, *names: str) -> None:
        self._signal(signal.SIGSTOP, names)

    def thaw(self, *names: str) -> None:
        self._signal(signal.SIGCONT, names)

    def empty_redis(self) -> None:
        """What it keeps on disk, while it does not run."""
        kept = self.folder.path / "redis"
        shutil.rmtree(kept)
        kept.mkdir()

    def close(self) -> None:
        """Everything ends, servers last."""
        self.thaw(*self._running)
        self.kill(*(name for name in self._running if name not in self._servers))
        self.stop("redis")
        self.stop("postgres")

    def _start_server(self, name: str) -> None:
        """Again and again while an old PostgreSQL's processes still leave."""
        server, deadline = self._servers[name], time.monotonic() + READY_WITHIN
        if name not in self._running:
            server.prepare()
        while time.monotonic() < deadline:
            server.clean_up()
            child = self._running[name] = Child(server.recipe())
            self.wish.wait_until(partial(_is_ready_or_gone, server, child), seconds=READY_WITHIN)
            if child.alive():
                return
            time.sleep(LOOK_EVERY)  # the old one leaves when it notices
        raise SetupError(f"{server.title} does not start:{self._running[name].recipe.log.tail()}")

    def _recipe(self, name: str, command: str) -> Recipe:
        log = self._logs.setdefault(name, Log(self.folder.logs / f"{name}.log"))
        return Recipe(
            name=name,
            argv=["sh", "-c", f"exec {command}"],
            log=log,
            mark=Path(sys.executable).name,
            env=self._env,
            cwd=self._project,
            grace=GRACE.get(name, WORKER_GRACE),
        )

    def _signal(self, number: signal.Signals, names: Iterable[str]) -> None:
        for name in names:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._running[name].pid, number)


def _is_ready_or_gone(server: Server, child: Child) -> bool:
    return not child.alive() or server.ready()


def _commands(procfile: Procfile, workers: int, *, plain: bool) -> dict[str, str]:
    """The Procfile's own lines; workers have the chaos kinds on top."""
    lines = dict(procfile.lasting)
    worker = f"{lines.pop('worker')} --include stocktracker.chaos.work"
    lines |= {f"worker-{n}": f"{worker} -n worker-{n}@%h" for n in range(1, workers + 1)}
    return lines | ({"plain": PLAIN_WORKER} if plain else {})
