"""Addresses of one's preferences and account."""

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from . import views

PASSWORD = auth.PasswordChangeView.as_view(
    template_name="preferences/password.html", success_url=reverse_lazy("preferences")
)

urlpatterns = [
    path("", views.preferences, name="preferences"),
    path("password/", PASSWORD, name="password"),
    path("everything/", views.everything, name="everything"),
    path("account/delete/", views.account_delete, name="account-delete"),
    path("<str:name>/", views.switch, {"value": ""}, name="switch-off"),
    path("<str:name>/<str:value>/", views.switch, name="switch"),
]
