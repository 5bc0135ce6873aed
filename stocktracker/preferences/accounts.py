"""The first account of a deployment, and signing in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

UNPROCESSABLE = 422


class SignIn(LoginView):
    """Where there is nobody who could, the first account is made instead. One more query for who is signed out."""

    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and not request.user.is_authenticated and not User.objects.exists():
            return redirect("setup")
        return super().dispatch(request, *args, **kwargs)


@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Open until somebody has an account; two who send it at once do not both get one."""
    if User.objects.exists():
        return redirect("login")
    form: UserCreationForm[User] = UserCreationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = _first(form)
        if made is None:
            return redirect("login")
        login(request, made)
        return redirect("home")
    return render(request, "preferences/setup.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200)


def _first(form: UserCreationForm[User]) -> User | None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE auth_user IN SHARE ROW EXCLUSIVE MODE")  # there is no row to lock yet
        if User.objects.exists():
            return None
        user = form.save(commit=False)
        user.is_staff = user.is_superuser = True
        user.save()
    return user
