"""The Celery application (its settings are in celeryconfig.py), and what its processes do when they start and stop."""

import os
from typing import Any

from celery import Celery, bootsteps, signals

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
    from stocktracker.jobs.heartbeats import Heart, name_of
    from stocktracker.monitoring.events import worker_came
    from stocktracker.warming import wake_up

    Heart(sender).start()
    worker_came(name_of(sender.hostname))
    wake_up()


@signals.worker_process_init.connect
def working(**_signal: object) -> None:
    from stocktracker.monitoring.background import in_background

    in_background("worker")


@signals.worker_process_shutdown.connect
def resting(**_signal: object) -> None:
    from stocktracker.metrics.recording import flush

    flush()  # its pool ends these processes without asking Python


class Leaving(bootsteps.StartStopStep):
    """Whichever way a worker leaves: a cold end, which is SIGTERM's here, sends no signal `worker_shutdown`."""

    def stop(self, parent: Any) -> None:
        from stocktracker.jobs.heartbeats import farewell, name_of
        from stocktracker.monitoring.events import worker_left

        farewell(name_of(parent.hostname))
        worker_left(name_of(parent.hostname))

    def terminate(self, parent: Any) -> None:
        self.stop(parent)


app.steps["worker"].add(Leaving)


@signals.beat_init.connect
def ticking(**_signal: object) -> None:
    from stocktracker.jobs.heartbeats import ticked
    from stocktracker.monitoring.background import in_background

    in_background("beat")
    signals.after_task_publish.connect(lambda **_published: ticked(), weak=False)
