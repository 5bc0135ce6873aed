"""Addresses of the monitoring room."""

from django.urls import path

from . import overview_views, speed_views, views

ONE = "instruments/<str:symbol>/"
FINDING = ONE + "findings/<int:finding>/"

urlpatterns = [
    path("", overview_views.overview, name="monitoring"),
    path("prices/", views.prices, name="monitoring-prices"),
    path("history/", overview_views.history, name="monitoring-history"),
    path("events/", overview_views.events, name="monitoring-events"),
    path("speed/", speed_views.speed, name="monitoring-speed"),
    path(ONE, views.instrument, name="monitoring-instrument"),
    path(ONE + "jobs/", views.jobs, name="monitoring-jobs"),
    path(ONE + "refetch/", views.refetch, name="monitoring-refetch"),
    path(ONE + "prices/", views.enter, name="monitoring-enter"),
    path(ONE + "prices/<int:correction>/withdraw/", views.withdraw, name="monitoring-withdraw"),
    path(ONE + "rename/", views.rename, name="monitoring-rename"),
    path(ONE + "second-source/", views.second_source, name="monitoring-second-source"),
    path(FINDING + "take/", views.take, name="monitoring-take"),
    path(FINDING + "ignore/", views.ignore, name="monitoring-ignore"),
    path(FINDING + "heed/", views.heed, name="monitoring-heed"),
]
