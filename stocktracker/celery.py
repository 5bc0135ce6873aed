"""The Celery application; its settings are in celeryconfig.py."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocktracker.settings")

app = Celery("stocktracker")
app.config_from_object("celeryconfig")
app.autodiscover_tasks()


@worker_init.connect
def warm(**_signal: object) -> None:
    from stocktracker.warming import warm_before_forking

    warm_before_forking()
