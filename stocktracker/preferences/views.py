"""One's preferences, the quick switches in the page's header, and the account itself."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portfolios.services.instruments import forget_own
from stocktracker.backup.exporting import export

from .forms import PreferencesForm
from .models import preferences_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

UNPROCESSABLE = 422
NO_CONTENT = 204
SWITCHES = {"theme": {"", "light", "dark"}, "private": {"", "1"}}


@require_http_methods(["GET", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    own = preferences_of(request.user)
    form = PreferencesForm(request.POST if request.method == "POST" else None, instance=own)
    if form.is_valid():
        with transaction.atomic():
            saved = form.save()
            _user(request).email = form.cleaned_data["email"]
            _user(request).save(update_fields=["email"])
        with override(saved.language or None):
            messages.success(request, _("Saved."))
        return redirect("preferences")
    return render(request, "preferences/preferences.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@login_required
def switch(request: HttpRequest, name: str, value: str) -> HttpResponse:
    """Theme and hidden amounts, at a click from any page; back to where one was."""
    if value not in SWITCHES.get(name, ()):
        return redirect("preferences")
    own = preferences_of(request.user)
    setattr(own, name, value if name == "theme" else bool(value))
    own.save()
    if request.headers.get("HX-Request"):
        return HttpResponse(status=NO_CONTENT)
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "home")


@require_GET
@login_required
def everything(request: HttpRequest) -> HttpResponse:
    """One's own portfolios, wishes and settings as files in a zip, which `manage.py import_all` can take over."""
    user, now = _user(request), timezone.now()
    file = BytesIO()  # one person's: a hundred kilobytes for a thousand transactions
    export([user], file, now)
    name = f"{slugify(user.username) or 'everything'}-{timezone.localdate(now)}.zip"
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(file.getvalue(), content_type="application/zip", headers=told)


@require_POST
@login_required
def account_delete(request: HttpRequest) -> HttpResponse:
    """Everything of this person goes, after the password has been said again."""
    user = _user(request)
    if not user.check_password(request.POST.get("password", "")):
        messages.error(request, _("That is not your password. Nothing was deleted."))
        return redirect("preferences")
    with transaction.atomic():
        user.portfolios.all().delete()
        forget_own(user)
        user.delete()
    logout(request)
    messages.success(request, _("Your account is deleted, with everything in it."))
    return redirect("login")


def _user(request: HttpRequest) -> User:
    user: User = request.user  # type: ignore[assignment]  # signed in
    return user
