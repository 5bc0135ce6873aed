"""`run`: our servers, then the Procfile, in one data folder, until somebody says stop."""

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from stocktracker.embedded.address import Address
from stocktracker.embedded.child import Child, Recipe
from stocktracker.embedded.environment import deployment_environment
from stocktracker.embedded.folder import Folder, Market, data_folder
from stocktracker.embedded.lock import Lock, locked
from stocktracker.embedded.log import Log, alarming, everything, nothing
from stocktracker.embedded.orphans import stop_orphans
from stocktracker.embedded.our_servers import STOP_ORDER, needed_servers, running
from stocktracker.embedded.procfile import Procfile, program_of
from stocktracker.embedded.stopping import LOOK_EVERY, StopAskedError, StopWish
from stocktracker.embedded.supervisor import Supervisor
from stocktracker.embedded.terminal import SetupError, Stopwatch, say
from stocktracker.embedded.up_file import up_file

GRACE = {"beat": 5.0, "web": 10.0, "worker": 25.0}  # seconds before SIGKILL; a worker may finish its job
OTHER_GRACE = 10.0  # seconds, for a process the Procfile may get later
RELEASE_WITHIN = 1800.0  # seconds; migrating a large database takes its time
WEB_WITHIN = 60.0  # seconds until we admit that web does not answer; it may still come


def run(project: Path, market: Market, *, verbose: bool) -> int:
    """Run one deployment until somebody asks to stop. The exit code."""
    wish = StopWish.from_signals()
    folder = data_folder(project, market, os.environ)
    address = Address.from_environment(os.environ)
    procfile = Procfile.read(project / "Procfile")
    with locked(folder.lock, "run", address.url) as lock:
        folder.up.unlink(missing_ok=True)
        stop_orphans(lock.left_behind)
        address.refuse_if_taken()
        say(f"MyStockTracker starts ({market} prices) …")
        deployment = Deployment(project, market, folder, address, procfile, wish, lock, verbose=verbose)
        try:
            deployment.until_stopped()
        except StopAskedError:
            say(f"Everything has stopped. Your data stays in {folder.path}.")
        finally:
            folder.leave()
    return 0


@dataclass
class Deployment:
    """One run, from the first server to the last."""

    project: Path
    market: Market
    folder: Folder
    address: Address
    procfile: Procfile
    wish: StopWish
    lock: Lock
    verbose: bool
    watch: Stopwatch = field(default_factory=Stopwatch)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(on_change=self.lock.note)

    def until_stopped(self) -> None:
        """Always ends with StopAskedError or SetupError, and with nothing left running."""
        shows = everything if self.verbose else nothing
        servers = needed_servers(self.folder, self.project, self.market, os.environ, shows=shows)
        with running(servers, self.supervisor, self.wish, on_ready=self._ready) as addresses:
            env = deployment_environment(
                os.environ, folder=self.folder, market=self.market, address=self.address, servers=addresses
            )
            try:
                self._release(env)
                with up_file(self.folder.up, self.address.url, env):
                    self._start(env)
                    self._look_after_for_ever()
            finally:
                say("Stopping …")
                self.supervisor.stop(self.wish, keep=STOP_ORDER)

    def _ready(self, title: str) -> None:
        self.watch.say(f"{title} ready")

    def _release(self, env: dict[str, str]) -> None:
        """Run the Procfile's release line to its end: the database gets the tables this version needs."""
        if self.procfile.release is None:
            return
        command = self.procfile.release
        child = self.supervisor.run_once(self._recipe("release", ["sh", "-c", command], program_of(command), env))
        self.wish.wait_until(lambda: self._look() or not child.alive(), seconds=RELEASE_WITHIN)
        if child.exit_code != 0:
            raise SetupError(f"The release step failed: {_how_it_ended(child)}")
        self._ready("database")

    def _start(self, env: dict[str, str]) -> None:
        """Start the Procfile's processes and load the demo beside them; return when web answers and both are done."""
        for name, command in self.procfile.lasting.items():
            self.supervisor.keep(self._recipe(name, ["sh", "-c", f"exec {command}"], program_of(command), env))
        if self.market == "simulated":
            self._load_demo(env)
        if not self.wish.wait_until(lambda: self._look() or self.address.is_healthy(), seconds=WEB_WITHIN):
            say(f"web does not answer at {self.address.url}/healthz yet; its lines are in {self.folder.logs}.")
            self.wish.wait_until(lambda: self._look() or self.address.is_healthy(), seconds=float("inf"))
        self._ready("web")
        say(self._announcement())

    def _load_demo(self, env: dict[str, str]) -> None:
        argv = [sys.executable, str(self.project / "manage.py"), "demo"]
        child = self.supervisor.run_once(self._recipe("demo", argv, "manage.py", env))
        self.wish.wait_until(lambda: self._look() or not child.alive(), seconds=RELEASE_WITHIN)
        if child.exit_code == 0:
            self._ready("demo data")
        else:
            say(f"The demo could not be loaded: {_how_it_ended(child)}")

    def _recipe(self, name: str, argv: list[str], mark: str, env: dict[str, str]) -> Recipe:
        log = Log(self.folder.logs / f"{name}.log", shows=everything if self.verbose else alarming)
        grace = GRACE.get(name, OTHER_GRACE)
        return Recipe(name=name, argv=argv, log=log, mark=mark, env=env, cwd=self.project, grace=grace)

    def _look(self) -> bool:
        """Look after the children; never the answer itself."""
        self.supervisor.look_after()
        return False

    def _look_after_for_ever(self) -> None:
        while not self.wish.asked:
            self._look()
            time.sleep(LOOK_EVERY)
        raise StopAskedError

    def _announcement(self) -> str:
        if self.market == "simulated":
            user = "Demo login: demo / demo"
            prices = "Prices are simulated: nothing leaves this machine."
        else:
            user = "First user: bin/manage --live createsuperuser"
            prices = "Prices come from Yahoo Finance."
        data = f"Data and logs: {self.folder.path}"
        lines = (f"MyStockTracker is ready: {self.address.url}", user, prices, data, "Ctrl-C stops everything.")
        return "\n".join(["", *(f"  {line}" for line in lines), ""])


def _how_it_ended(child: Child) -> str:
    return f"exit code {child.exit_code}; all its lines are in {child.recipe.log.path}.{child.recipe.log.tail()}"
