"""The charts room as a Django app."""

from django.apps import AppConfig


class ChartsConfig(AppConfig):
    name = "charts"
