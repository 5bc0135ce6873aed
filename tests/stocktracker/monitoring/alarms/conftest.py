"""A webhook and a mailbox that are really there, and a deployment that is well."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from stocktracker.jobs.heartbeats import WorkerBeat, beat, swept, ticked
from stocktracker.metrics.processes import Sign
from stocktracker.metrics.recording import recorder
from tests.stocktracker.jobs.conftest import kind, redis_away

__all__ = ["kind", "redis_away"]  # fixtures


class Posted(BaseHTTPRequestHandler):
    got: list[dict[str, Any]]
    answer: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.answer[0]
        if status == 200:
            self.got.append(json.loads(body))
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing to the console."""


class Webhook:
    """What was posted; `answer` is the status of the next answers."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.answers = [200]
        handler = type("Own", (Posted,), {"got": self.got, "answer": self.answers})
        self.server = HTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/alarms"

    def answer(self, status: int) -> None:
        self.answers[0] = status


@pytest.fixture
def webhook(settings: Settings) -> Iterator[Webhook]:
    """Alarms are posted to it."""
    hook = Webhook()
    thread = threading.Thread(target=hook.server.serve_forever)
    thread.start()
    settings.ALARM_WEBHOOK = hook.address
    yield hook
    hook.server.shutdown()
    thread.join()
    hook.server.server_close()


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    recorder.forget()


def alive() -> None:
    """Everybody has just given a sign of life."""
    now = datetime.now(UTC)
    beat(WorkerBeat("celery@host/7", now, now - timedelta(hours=1), concurrency=2, running=0, memory_mb=None))
    ticked()
    swept()
    Sign("web")()


@pytest.fixture
def well(db: None) -> None:
    alive()
