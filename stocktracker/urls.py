"""Every address of the product."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from . import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("favicon.ico", views.favicon),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("jobs/", include("stocktracker.jobs.urls")),
    path("monitoring/", include("stocktracker.monitoring.urls")),
    path("", include("charts.urls")),
    path("", include("portfolios.urls")),
]
