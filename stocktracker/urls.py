"""Every address of the product."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from stocktracker.monitoring.scraping import metrics
from stocktracker.preferences.accounts import SignIn, setup

from . import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("login/", SignIn.as_view(), name="login"),
    path("setup/", setup, name="setup"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("jobs/", include("stocktracker.jobs.urls")),
    path("settings/", include("stocktracker.preferences.urls")),
    path("metrics", metrics, name="metrics"),
    path("monitoring/", include("stocktracker.monitoring.urls")),
    path("", include("charts.urls")),
    path("", include("portfolios.urls")),
]
