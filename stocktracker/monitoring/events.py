"""What happened to the deployment: noted by whoever did it, told in the reader's language."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError, connections
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from .models import Event

log = logging.getLogger(__name__)

SENTENCES: dict[str, str | Promise] = {
    "released": gettext_lazy("Version %(version)s was released on this database."),
    "worker_started": gettext_lazy("The worker %(name)s started."),
    "worker_left": gettext_lazy("The worker %(name)s left."),
    "woke_up": gettext_lazy("Woken up after %(pause)s without beat or worker."),
    "backed_up": gettext_lazy("A backup was written: %(rows)s rows."),
    "restored": gettext_lazy("A backup of %(made)s was restored: %(rows)s rows."),
}


def note(kind: Event.Kind, code: str, **facts: Any) -> Event:
    """A row in the log of events; `code` is one of SENTENCES, `facts` what its sentence names."""
    return Event.objects.create(at=timezone.now(), kind=kind, code=code, facts=facts)


def worker_came(name: str) -> None:
    """Without its database a worker starts all the same."""
    _of_worker("worker_started", name)


def worker_left(name: str) -> None:
    _of_worker("worker_left", name)


def _of_worker(code: str, name: str) -> None:
    try:
        note(Event.Kind.WORKER, code, name=name)
    except DatabaseError as error:
        log.warning("nobody noted that %s %s: %s", name, code, error)
    finally:
        connections.close_all()  # the process that does no work itself needs none


def sentence(event: Event) -> str:
    """In the reader's language; the bare code of another version's event."""
    told = SENTENCES.get(event.code)
    return str(told) % event.facts if told else event.code
