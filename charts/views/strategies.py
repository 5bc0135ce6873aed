"""Saved strategies: the latest result of one, its name, its end."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from charts.forms.strategies import NameForm
from charts.models import Strategy
from charts.pages.results import parts_of

from .readers import Page, UserRequest
from .results import change_of, context_of


@require_GET
@login_required
def strategy(request: UserRequest, pk: int) -> Page:
    """Its latest result, divided at the day it was saved."""
    row = _mine(request, pk)
    if not row.result.is_there:  # an import brought it, and its prices have not come
        return redirect("backtest", row.result.key)
    context = context_of(request, row.result)
    context["page"] = replace(context["page"], since=row.saved_on, parts=parts_of(row))
    more = {"row": row.result, "strategy": row, "change": change_of(row.result)}
    return render(request, "charts/backtests/strategy.html", context | more)


@require_POST
@login_required
def rename(request: UserRequest, pk: int) -> Page:
    row, form = _mine(request, pk), NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the strategy a name of at most 80 characters."))
        return redirect("strategy", pk)
    try:
        with transaction.atomic():
            Strategy.objects.filter(pk=row.pk).update(name=form.cleaned_data["name"])
    except IntegrityError:
        messages.error(request, _("You have a strategy of this name already."))
    return redirect("strategy", pk)


@require_POST
@login_required
def remove(request: UserRequest, pk: int) -> Page:
    """Its results stay as long as somebody looks at them."""
    row = _mine(request, pk)
    row.delete()
    messages.success(request, _("«%(name)s» is gone.") % {"name": row.name})
    return redirect("backtests")


def _mine(request: UserRequest, pk: int) -> Strategy:
    return get_object_or_404(Strategy.objects.select_related("result"), pk=pk, owner=request.user)
