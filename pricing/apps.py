"""The pricing room as a Django app."""

from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "pricing"
