"""Telling workers about jobs: at once, or by a thread of its own where a page would have to wait for Redis."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable
from datetime import datetime
from queue import SimpleQueue

from django.utils import timezone
from kombu.exceptions import OperationalError

from .kinds import find_kind, kinds_of
from .models import Job, State

log = logging.getLogger(__name__)


def send(jobs: Iterable[Job]) -> int:
    """How many workers-to-be were told. While Redis is away none is, and the sweep makes up for it."""
    sent = publish(jobs)
    Job.objects.filter(pk__in=sent, state=State.QUEUED).update(sent_at=timezone.now())
    return len(sent)


def send_next(queue: str, now: datetime) -> None:
    """The most urgent waiting job whose kind belongs to this queue."""
    send(Job.objects.due(now).filter(kind__in=kinds_of(queue)).order_by("priority", "id")[:1])


def publish(jobs: Iterable[Job]) -> list[int]:
    """Ids of those whose message Redis has."""
    sent: list[int] = []
    for job in jobs:
        kind = find_kind(job.kind)
        if kind is None:  # a row of another version of the product: nothing here can do it
            log.warning("job %s is of the kind %s, which this version does not know", job.pk, job.kind)
            continue
        try:
            kind.task.apply_async((job.pk,), queue=job.queue, priority=job.priority - 1)
        except OperationalError as error:
            log.warning("job %s is stored but not sent: %s", job.pk, error)
            break
        sent.append(job.pk)
    return sent


class Messenger(threading.Thread):
    """Sends what pages ask for. It keeps no books: what it loses, or is not done with, the sweep sends."""

    def __init__(self) -> None:
        super().__init__(name="messenger", daemon=True)
        self.process = os.getpid()
        self.waiting: SimpleQueue[list[Job]] = SimpleQueue()

    def run(self) -> None:
        while True:
            jobs = self.waiting.get()
            try:
                if len(publish(jobs)) < len(jobs):
                    self._forget()
            except Exception:
                log.exception("jobs are stored but not sent")  # nobody else would hear of it, and the thread goes on

    def _forget(self) -> None:
        """Redis is away: to try each of the others would take as long as the outage."""
        while not self.waiting.empty():
            self.waiting.get_nowait()


_messenger: Messenger | None = None
_wanted = False
_starting = threading.Lock()


def send_in_background() -> None:
    """From now on nobody in this process waits until a message is sent; called once, by the web process."""
    global _wanted  # noqa: PLW0603 — a fact about the process, not about a caller
    _wanted = True


def tell(jobs: Iterable[Job]) -> None:
    """What asking for work does after its commit."""
    if _wanted:
        _running_messenger().waiting.put(list(jobs))
    else:
        send(jobs)


def _running_messenger() -> Messenger:
    global _messenger  # noqa: PLW0603 — one thread for the process
    with _starting:
        if _messenger is None or _messenger.process != os.getpid() or not _messenger.is_alive():  # or we have forked
            _messenger = Messenger()
            _messenger.start()
        return _messenger
