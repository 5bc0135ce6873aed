"""What looks wrong with a portfolio's figures: the ledger's part and the prices'."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portfolios import selectors
from portfolios.dependencies import instruments_of
from portfolios.services import prices
from pricing.models import Finding

from .owned import Page, UserRequest, mine


@require_GET
@login_required
def quality(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk)
    context = {"portfolio": portfolio, "quality": selectors.quality(portfolio)}
    return render(request, "portfolios/quality.html", context)


@require_POST
@login_required
def finding_refetch(request: UserRequest, pk: int, finding: int) -> Page:
    """Of prices this portfolio's figures depend on; other findings do not exist for it."""
    portfolio = mine(request, pk)
    found = get_object_or_404(Finding, pk=finding)
    instrument = get_object_or_404(instruments_of(portfolio), pk=found.instrument_id)
    try:
        prices.fetch_again(instrument, request.user)
    except prices.FixError as error:
        messages.error(request, str(error))
    else:
        told = _("The history of %(symbol)s is being fetched again.")
        messages.success(request, told % {"symbol": instrument})
    return redirect("quality", pk)
