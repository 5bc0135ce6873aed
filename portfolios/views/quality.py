"""What looks wrong with a portfolio's figures: the ledger's part and the prices'."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portfolios import selectors

from .owned import Page, UserRequest, mine


@require_GET
@login_required
def quality(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk)
    context = {"portfolio": portfolio, "quality": selectors.quality(portfolio)}
    return render(request, "portfolios/quality.html", context)
