"""The monitoring room as a Django app: it has templates, and no tables of its own."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "stocktracker.monitoring"
    label = "monitoring"
