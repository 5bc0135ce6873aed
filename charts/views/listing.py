"""The page backtests begin on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

from charts.forms.templates import TEMPLATES
from charts.pages.listing import listing

from .readers import Page, UserRequest


@require_GET
@login_required
def backtests(request: UserRequest) -> Page:
    symbol = request.GET.get("symbol", "")[:20]
    portfolio = request.GET.get("portfolio", "")[:20]
    context = {"page": listing(request.user), "templates": TEMPLATES.values(), "symbol": symbol, "portfolio": portfolio}
    return render(request, "charts/backtests/list.html", context)
