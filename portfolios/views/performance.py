"""How it went: periods, years, months, drawdowns, contributions, benchmarks."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portfolios import wording
from portfolios.pages.performance import performance as read

from .owned import Page, UserRequest, mine


@require_GET
@login_required
def performance(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk, "report", "performance")
    page = read(portfolio)
    statement = wording.statement(page.report) if page else []
    context = {"portfolio": portfolio, "page": page, "statement": statement}
    return render(request, "portfolios/performance.html", context)
