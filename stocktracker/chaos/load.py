"""Somebody who keeps asking for work while things break."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction
from kombu.exceptions import OperationalError

from stocktracker.jobs.models import Job
from stocktracker.jobs.services import enqueue

from .plain import TASKS
from .work import WORK

Ask = Callable[[int, str, int], int]  # number, label, milliseconds of work → the id to look for
QUICK, SLOW = (10, 60), 500  # milliseconds
EACH_SLOW = 8  # one of so many is slow, so that some job always runs when something breaks


class Load(threading.Thread):
    """Asks so many times a second until it is told to end; remembers what was promised and what was refused."""

    def __init__(self, ask: Ask, label: str, per_second: float, seed: int) -> None:
        super().__init__(daemon=True)
        self.promised: list[int] = []
        self.refused = 0
        self.slowest = 0.0  # seconds that one asking took
        self._ask, self._label, self._pause = ask, label, 1 / per_second
        self._random, self._over = random.Random(seed), threading.Event()

    def run(self) -> None:
        number = 0
        while not self._over.wait(self._pause):
            number += 1
            milliseconds = self._random.randint(*QUICK) if number % EACH_SLOW else SLOW
            began = time.monotonic()
            try:
                self.promised.append(self._ask(number, self._label, milliseconds))
            except (DatabaseError, InterfaceError, OperationalError):
                self.refused += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
        connection.close()

    def end(self) -> None:
        self._over.set()
        self.join()


def ask_for_job(_number: int, label: str, milliseconds: int) -> int:
    """As a page does it."""
    return ask(WORK, label=label, milliseconds=milliseconds).pk


def ask(kind: str, **args: Any) -> Job:
    """In a transaction of its own, on a connection that is looked at first, as where a request begins."""
    connection.close_if_unusable_or_obsolete()
    with transaction.atomic():
        return enqueue(kind, **args)


def plainly(mode: str) -> Ask:
    """As somebody does it who has no rows."""

    def send(number: int, label: str, milliseconds: int) -> int:
        TASKS[mode].apply_async((number, label, milliseconds))
        return number

    return send
