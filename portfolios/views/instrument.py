"""One instrument as its owner sees it: price, position, trades, what the source states, what looks wrong."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolios.pages.instrument import find_instrument, instrument_page
from portfolios.viewed import looked_at

from .owned import Page, UserRequest, mine


@require_GET
@login_required
def instrument(request: UserRequest, pk: int, symbol: str) -> Page:
    """404 for what this portfolio never traded."""
    portfolio = mine(request, pk, "report", "trades")
    found = find_instrument(portfolio, symbol)
    if found is None:
        raise Http404
    now = timezone.now()
    looked_at(portfolio.pk, now)
    context = {"portfolio": portfolio, "page": instrument_page(portfolio, found, now)}
    return render(request, "portfolios/instrument.html", context)
