"""The shared rooms as a Django app: templates, static files, commands; and every process gets the one Celery app."""

from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from stocktracker.errors import report_errors
from stocktracker.metrics.statements import watch


class StocktrackerConfig(AppConfig):
    name = "stocktracker"

    def ready(self) -> None:
        report_errors()
        connection_created.connect(watch)
        import_module("stocktracker.celery")  # binds shared tasks to our broker in the web process too
        for app in ("stocktracker", "stocktracker.jobs", "stocktracker.monitoring", "pricing", "portfolios", "charts"):
            import_module(f"{app}.tasks")  # enqueue() needs every job kind's queue and priority
