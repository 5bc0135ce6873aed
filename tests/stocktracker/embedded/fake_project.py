"""A tiny project to supervise: the supervisor needs no Django to be tried."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from stocktracker.embedded.folder import Folder, Market
from stocktracker.embedded.market import free_port

REPOSITORY = Path(__file__).parents[3]
READY = "MyStockTracker is ready"
PATIENCE = 20.0  # seconds; a deadline, not a pause
OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MARKET", "YAHOO_PROXY", "YAHOO_CA_BUNDLE", "HOST", "PORT", "DEBUG")

WEB = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()
HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""
MANAGE = """
import json, os, sys, time
command = sys.argv[1]
with open("commands.txt", "a") as file:
    print(command, file=file)
if command == "environment":
    print(json.dumps(dict(os.environ)))
if command == "answer":
    print("you said", input())
if command == "fail":
    sys.exit(7)
if command == "wait":
    while not os.path.exists("go"):
        time.sleep(0.02)
"""
SIMULATOR = """
import argparse, pathlib, socket
parser = argparse.ArgumentParser()
for option in ("--port", "--directory", "--log"):
    parser.add_argument(option, required=True)
options = parser.parse_args()
pathlib.Path(options.directory, "ca.pem").touch()
listener = socket.create_server(("127.0.0.1", int(options.port)))
print("ready", flush=True)
while True:
    listener.accept()[0].close()
"""
PROCFILE = """
# the product's own has the same names
release: python manage.py release
web: python web.py
worker: python -c "import time; print('worker works', flush=True); time.sleep(1000)"
beat: sleep 1000
"""


def until(condition: Callable[[], object], *, seconds: float = PATIENCE) -> None:
    """Wait for a condition; fail at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def descendants(pid: int) -> set[int]:
    """All processes that came from this one."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in table.splitlines()]
    found = {pid}
    while more := {child for child, parent in pairs if parent in found} - found:
        found |= more
    return found - {pid}


class Project:
    """A project folder with spaces in its name, a data folder in it, and a port of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.port = free_port()
        self.market: Market = "simulated"
        self._started: list[Started] = []
        (path / "pricing").mkdir()
        files = {"web.py": WEB, "manage.py": MANAGE, "Procfile": PROCFILE}
        for name, text in {**files, "pricing/__init__.py": "", "pricing/simulator.py": SIMULATOR}.items():
            (path / name).write_text(text)

    @property
    def folder(self) -> Folder:
        return Folder(self.path / "var" / self.market)

    @property
    def commands(self) -> list[str]:
        """The management commands that ran, in order."""
        record = self.path / "commands.txt"
        return record.read_text().split() if record.exists() else []

    def environment(self, **more: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if name not in OURS}
        return {**clean, "PYTHONPATH": str(REPOSITORY), "PORT": str(self.port), **more}

    def start(self, *arguments: str, **env: str) -> "Started":
        output = self.path / f"output-{len(self._started)}.txt"
        self._started.append(Started(self, arguments, self.environment(**env), output))
        return self._started[-1]

    def stop_everything(self) -> None:
        """End what a test has left running, in order, and wait for it."""
        for started in self._started:
            started.send(signal.SIGTERM)
        for started in self._started:
            started.ended()

    def run(self, *arguments: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        argv = [sys.executable, "-m", "stocktracker.embedded", *arguments]
        return subprocess.run(
            argv,
            cwd=self.path,
            env=self.environment(**env),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


class Started:
    """A running `python -m stocktracker.embedded …`."""

    process: subprocess.Popen[str]

    def __init__(self, project: Project, arguments: tuple[str, ...], env: dict[str, str], output: Path) -> None:
        self.project = project
        self._output = output
        with output.open("w") as lines:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "stocktracker.embedded", *arguments],
                cwd=project.path,
                env=env,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=lines,
                stderr=subprocess.STDOUT,
                text=True,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def announced(self) -> "Started":
        until(lambda: READY in self.output or self.process.poll() is not None)
        assert READY in self.output, self.output
        return self

    def child(self, name: str) -> int:
        """The process number of a child, as the lock file notes it."""
        note, _end = json.JSONDecoder().raw_decode(self.project.folder.lock.read_text())
        return int(next(child["pid"] for child in note["children"] if child["name"] == name))

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Its exit code."""
        return self.process.wait(PATIENCE)
