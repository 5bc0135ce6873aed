"""The Celery application; its settings are in celeryconfig.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocktracker.settings")

app = Celery("stocktracker")
app.config_from_object("celeryconfig")
app.autodiscover_tasks()
