"""Addresses of the charts app."""

from django.urls import path

from . import api

urlpatterns = [path("portfolios/<int:pk>/charts/<slug:name>.json", api.chart, name="chart")]
