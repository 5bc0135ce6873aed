"""Addresses of the charts app."""

from django.urls import path

from . import api

BARS = "api/portfolios/<int:pk>/bars/<str:symbol>"

urlpatterns = [
    path("api/chart-data/<int:pk>", api.chart_data, name="chart-data"),
    path("api/dashboard-chart-data/<int:pk>", api.chart_data, name="dashboard-chart-data"),
    path("api/chart-data/<int:pk>.csv", api.chart_csv, name="chart-csv"),
    path("api/chart-generator-progress/<int:pk>", api.chart_progress, name="chart-progress"),
    path(BARS + ".csv", api.bars_csv, name="bars-csv"),
    path(BARS, api.bars, name="bars"),
]
