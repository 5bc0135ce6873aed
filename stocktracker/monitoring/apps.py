"""The monitoring room as a Django app: its tables remember what the deployment did."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "stocktracker.monitoring"
    label = "monitoring"
