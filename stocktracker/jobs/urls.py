"""Addresses of the jobs room."""

from django.urls import path

from . import views

ONE = "<int:pk>/"

urlpatterns = [
    path("", views.index, name="jobs"),
    path("bar/", views.bar, name="jobs-bar"),
    path("timetable/", views.timetable, name="jobs-timetable"),
    path("statistics/", views.numbers, name="jobs-statistics"),
    path("workers/", views.workers, name="jobs-workers"),
    path(ONE, views.detail, name="job"),
    path(ONE + "cancel/", views.cancel, name="job-cancel"),
    path(ONE + "retry/", views.retry, name="job-retry"),
    path(ONE + "retry-parts/", views.retry_parts, name="job-retry-parts"),
]
