"""What each process of the deployment does beside its work: it carries its numbers, and says that it lives.

A web process also looks for alarms, so that somebody hears of it when no worker is there to look.
"""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, connections
from django.utils import timezone

from stocktracker.metrics import recording
from stocktracker.metrics.processes import Sign

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 60.0
FIRST_LOOK_SECONDS = 90.0  # after its start: others may still be starting


def in_background(kind: str) -> None:
    """Called once by each process: "web", "worker" or "beat"."""
    recording.in_background(Sign(kind))
    if kind == "web":
        threading.Thread(target=_look_for_ever, name="alarms", daemon=True).start()


def _look_for_ever() -> None:
    """A thread of its own: a mail may take its time."""
    pause = threading.Event()
    pause.wait(FIRST_LOOK_SECONDS)
    while True:
        look()
        pause.wait(LOOK_EVERY_SECONDS)


def look() -> None:
    from .alarms.outage import outage  # a process has its models only when it has started
    from .alarms.settling import watch

    now = timezone.now()
    try:
        if watch(now, always=outage.is_known):
            outage.over(now)
    except DatabaseError as error:
        outage.goes_on(str(error), now)
    except Exception:
        log.exception("nobody looked for alarms")  # nobody else would hear of it, and the thread goes on
    finally:
        connections.close_all()  # this thread needs none for the next minute
