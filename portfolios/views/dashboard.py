"""The dashboard: its figures, its jobs card, and the button that asks for new prices."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from portfolios import selectors
from portfolios.services import prices
from portfolios.viewed import looked_at
from stocktracker.jobs.selectors import portfolio_jobs

from .owned import Page, UserRequest, mine


@require_GET
@login_required
def home(request: UserRequest) -> Page:
    first = request.user.portfolios.first()
    return redirect("dashboard", first.pk) if first else redirect("portfolio-new")


@require_GET
@login_required
def dashboard(request: UserRequest, pk: int) -> Page:
    all_mine = selectors.portfolios_of(request.user)
    portfolio = next((row for row in all_mine if row.pk == pk), None) or mine(request, pk)
    now = timezone.now()
    looked_at(portfolio.pk, now)
    page = selectors.dashboard(portfolio, all_mine, now)
    return render(request, "portfolios/dashboard.html", {"page": page, "portfolio": portfolio})


@require_GET
@login_required
def jobs_card(request: UserRequest, pk: int) -> Page:
    """The dashboard's card again; tells the page when the last job of a busy card has ended."""
    portfolio = mine(request, pk)
    jobs = portfolio_jobs(portfolio.pk, timezone.now())
    response = render(request, "jobs/_card.html", {"jobs": jobs, "portfolio": portfolio})
    if request.GET.get("busy") and not jobs.active:
        response["HX-Trigger"] = "jobs-done"
    return response


@require_POST
@login_required
def refresh(request: UserRequest, pk: int) -> Page:
    """Asks for new prices of what is held; asking again within a minute is the same job."""
    portfolio = mine(request, pk)
    prices.request_refresh(portfolio, timezone.now(), request.user.pk)
    return redirect("jobs-card", pk) if request.headers.get("HX-Request") else redirect("dashboard", pk)
