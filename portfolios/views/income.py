"""Dividends and interest: what came in, and what is likely to come."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portfolios.pages.income import income as read

from .owned import Page, UserRequest, mine


@require_GET
@login_required
def income(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk)
    return render(request, "portfolios/income.html", {"portfolio": portfolio, "page": read(portfolio)})
