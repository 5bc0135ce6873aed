"""Addresses of the jobs room."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="jobs"),
]
