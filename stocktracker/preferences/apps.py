"""The preferences room as a Django app."""

from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    name = "stocktracker.preferences"
    label = "preferences"
