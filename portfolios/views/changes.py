"""How the ledger was changed, and taking a change back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portfolios.accounting.entries import LedgerError
from portfolios.models import Change
from portfolios.pages.changes import changes as read
from portfolios.services.undoing import UndoError, undo
from stocktracker.sentences import said

from .owned import Page, UserRequest, mine


@require_GET
@login_required
def changes(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk)
    return render(request, "portfolios/changes.html", {"portfolio": portfolio, "changes": read(portfolio)})


@require_POST
@login_required
def change_undo(request: UserRequest, pk: int, change: int) -> Page:
    row = get_object_or_404(mine(request, pk).changes, pk=change)
    try:
        undo(row)
    except UndoError as error:
        messages.error(request, _("Not undone: %(why)s") % {"why": said(error)})
    except LedgerError as error:
        messages.error(request, _("Not undone: without it the portfolio %(why)s") % {"why": said(error)})
    else:
        messages.success(request, _("Undone. The figures are being computed."))
    return redirect(_back(request, reverse("activity", args=[pk])))


def _back(request: HttpRequest, otherwise: str) -> str:
    """To the page it was asked for on."""
    came = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure())
    return came if safe else otherwise


def tell_with_undo(request: HttpRequest, text: str, change: Change) -> None:
    """A notice that offers to take it back; the form its button belongs to is beside the notices (_messages.html)."""
    address = reverse("change-undo", args=[change.portfolio_id, change.pk])
    button = '{} <button class="btn" form="undo" formaction="{}">{}</button>'
    messages.success(request, format_html(button, text, address, _("Undo")))
