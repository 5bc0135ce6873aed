"""The dashboard: its figures, its jobs card, and the button that asks for new prices."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from portfolios import selectors
from portfolios.services import prices
from portfolios.viewed import looked_at
from stocktracker.jobs.selectors import my_jobs, portfolio_jobs
from stocktracker.jobs.watching import Watch

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
    address = reverse("jobs-card", args=[pk]) if page.shows_jobs else reverse("jobs-bar")
    watch = Watch.of({}, address, my_jobs(request.user), page.jobs)
    return render(request, "portfolios/dashboard.html", {"page": page, "portfolio": portfolio, "watch": watch})


@require_GET
@login_required
def jobs_card(request: UserRequest, pk: int) -> Page:
    """The bar with the dashboard's card; tells the page when the last job of either has ended."""
    portfolio = mine(request, pk)
    shown = portfolio_jobs(portfolio.pk, timezone.now())
    watch = Watch.of(request.GET, reverse("jobs-card", args=[pk]), my_jobs(request.user), shown)
    return watch.tell(render(request, "jobs/_card_poll.html", {"watch": watch}))


@require_POST
@login_required
def refresh(request: UserRequest, pk: int) -> Page:
    """Asks for new prices of what is held; asking again within a minute is the same job."""
    portfolio = mine(request, pk)
    prices.request_refresh(portfolio, timezone.now(), request.user.pk)
    return redirect("jobs-card", pk) if request.headers.get("HX-Request") else redirect("dashboard", pk)
