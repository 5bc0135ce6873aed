"""Journeys: a real browser, granian, a Celery worker and beat, on the test's own database and Redis."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, sync_playwright

from portfolios.models import Portfolio
from pricing.simulator.control import Market
from tests.processes import ROOT, environment

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread

REFUSED = "status of 422"
PATIENCE = 60.0  # seconds until something that must happen has happened
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def eventually(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Returns as soon as the condition holds; fails, saying what did not come, after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {seconds:g} s"
        time.sleep(0.05)


class Processes:
    """The product's processes, started one by one and all ended with the test."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.folder, self.changes = folder, changes
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(**self.changes),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(child)
        return child

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def worker(self) -> subprocess.Popen[bytes]:
        ready = self.log("worker").count(" ready.")
        as_the_procfile = (
            "env",
            "REMAP_SIGTERM=SIGQUIT",
            "celery",
            "-A",
            "stocktracker",
            "worker",
            "--loglevel",
            "INFO",
        )
        child = self.start("worker", *as_the_procfile)
        eventually(lambda: self.log("worker").count(" ready.") > ready, "a worker that is ready")
        return child

    def beat(self) -> subprocess.Popen[bytes]:
        return self.start("beat", "celery", "-A", "stocktracker", "beat", "--loglevel", "INFO", "--pidfile=")

    def web(self, workers: int = 1) -> str:
        """Its address."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = ["--interface", "wsgi", "--workers", str(workers), "--blocking-threads", "4"]
        self.start("web", "granian", *options, "--port", str(port), "stocktracker.wsgi:application")
        address = f"http://127.0.0.1:{port}"
        eventually(lambda: answers(f"{address}/healthz"), "the web process")
        return address

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        """With its children, as a power cut would."""
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        self.running.remove(child)

    def end(self) -> None:
        """At once: nobody asks them for anything any more. What they said is printed, for a test that fails."""
        for name in ("web", "worker", "beat"):
            print(f"--- {name}\n{self.log(name)[-4000:]}")
        for child in [one for one in self.running if one.returncode is None]:  # else its number may be another's now
            self.kill(child)

    def stop(self) -> None:
        """Politely, as a platform does it."""
        for child in self.running:
            child.send_signal(signal.SIGTERM)
        for child in self.running:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:  # noqa: S310 — our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture
def processes(transactional_db: None, market: Market, tmp_path: Path) -> Iterator[Processes]:
    started = Processes(
        tmp_path,
        MARKET="simulated",
        YAHOO_PROXY=market.proxy,
        YAHOO_CA_BUNDLE=str(market.ca_bundle),
        UPSTREAM_TIMEOUT="2",
        WORKER_CONCURRENCY="2",
    )
    yield started
    started.end()


@pytest.fixture
def owner(transactional_db: None) -> User:
    """With a password as the real web process checks it."""
    return User.objects.create(username="ada", password=make_password("correct horse battery", hasher="pbkdf2_sha256"))


@pytest.fixture
def empty_portfolio(owner: User) -> Portfolio:
    return Portfolio.objects.create(owner=owner, name="Family", base_currency="USD")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM")
    if not chromium:
        pytest.skip("there is no Chromium on this machine and none could be installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


def overheard(page: Page) -> list[str]:
    """What the console and scripts will complain of, as it comes."""
    complaints: list[str] = []
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" and REFUSED not in said.text else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh visitor; any console error or policy violation fails the test.

    But for 422, with which a form comes back: browsers report that as an error, and it is an answer.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    complaints = overheard(opened)
    yield opened
    context.close()
    assert complaints == []


def log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login/")
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", "correct horse battery")
    page.click("button:has-text('Log in')")
