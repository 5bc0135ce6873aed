"""What every page here begins with: a portfolio, reached through its owner, and what a form was sent."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.contrib.auth.models import User
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from portfolios.models import Portfolio
from portfolios.selectors import HEAVY

UNPROCESSABLE = 422  # the form comes back with its errors


class UserRequest(HttpRequest):
    """What @login_required makes of a request."""

    user: User


Page: TypeAlias = HttpResponse


def mine(request: UserRequest, pk: int, *heavy: str) -> Portfolio:
    """Every object is reached through its owner; another's does not exist. With its snapshot, and these parts of it."""
    left = [f"snapshot__{name}" for name in HEAVY if name not in heavy]
    own = request.user.portfolios.select_related("benchmark", "snapshot").defer(*left)
    return get_object_or_404(own, pk=pk)


def editable(request: UserRequest, pk: int) -> Portfolio:
    """One with transactions of its own: not the combined one."""
    portfolio = mine(request, pk)
    if portfolio.is_combined:
        raise Http404
    return portfolio


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with; None: nothing was sent, show it empty."""
    return request.POST if request.method == "POST" else None


def form_page(request: HttpRequest, template: str, form: BaseForm, **context: Any) -> Page:
    """The form, with its errors if it was sent with any."""
    return render(request, template, {"form": form, **context}, status=UNPROCESSABLE if form.errors else 200)
