"""The Celery application (its settings are in celeryconfig.py), and what its processes do when they start and stop."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocktracker.settings")

app = Celery("stocktracker")
app.config_from_object("celeryconfig")
app.autodiscover_tasks()


@signals.worker_init.connect
def warm(**_signal: object) -> None:
    from stocktracker.warming import warm_before_forking

    warm_before_forking()


@signals.worker_ready.connect
def awake(sender: Any, **_signal: object) -> None:
    from stocktracker.jobs.heartbeats import Heart
    from stocktracker.warming import wake_up

    Heart(sender).start()
    wake_up()


@signals.worker_shutdown.connect
def leaving(sender: Any, **_signal: object) -> None:
    from stocktracker.jobs.heartbeats import farewell, name_of

    farewell(name_of(sender.hostname))


@signals.beat_init.connect
def ticking(**_signal: object) -> None:
    from stocktracker.jobs.heartbeats import ticked

    signals.after_task_publish.connect(lambda **_published: ticked(), weak=False)
