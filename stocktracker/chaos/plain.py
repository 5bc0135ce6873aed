"""The same work as plain Celery tasks, as one would write them: beside ours, on the same servers, for comparison."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from celery import Celery

import celeryconfig

from .effects import MILLISECOND, record

LATE, EARLY = "acks_late", "default"
NO_DATABASE: dict[str, Any] = {
    "autoretry_for": (Exception,),
    "max_retries": 5,
    "retry_backoff": True,
    "retry_backoff_max": 5,
}
VISIBILITY = 5  # seconds, where an hour is the default: else whatever a dead worker held would wait that long

app = Celery("plain", set_as_current=False)  # ours stays the one that job kinds are sent with
app.conf.update(
    broker_url=celeryconfig.broker_url.replace("virtual_host=0", "virtual_host=1"),  # its own queues
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={"visibility_timeout": VISIBILITY, "socket_timeout": 2, "socket_connect_timeout": 1},
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
)


@app.task(name="plain.late", acks_late=True, reject_on_worker_lost=True, **NO_DATABASE)
def late(number: int, label: str, milliseconds: int) -> None:
    time.sleep(milliseconds * MILLISECOND)  # stands for work: a time somebody waits for
    record(LATE, number, label)


@app.task(name="plain.early", **NO_DATABASE)
def early(number: int, label: str, milliseconds: int) -> None:
    time.sleep(milliseconds * MILLISECOND)  # stands for work: a time somebody waits for
    record(EARLY, number, label)


@app.task(name="plain.insert")
def insert(number: int) -> None:
    """Nothing but one row: how fast Celery can be."""
    record(EARLY, number, "rate")


@app.task(name="plain.poison", acks_late=True, reject_on_worker_lost=True)
def poison(label: str) -> None:
    """Leaves a row each time before it ends its process."""
    record("poison", 0, label)
    os.kill(os.getpid(), signal.SIGKILL)


TASKS = {LATE: late, EARLY: early}
