"""The dashboard: its figures, its jobs card, and the button that asks for new prices."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from charts.series.donut import donut
from portfolios.grouping import DIMENSIONS, grouped
from portfolios.pages.allocation import labels_of, pieces_of, tiles_of
from portfolios.pages.dashboard import dashboard as read
from portfolios.pages.members import members_of
from portfolios.services import prices
from portfolios.viewed import looked_at
from stocktracker.jobs.selectors import my_jobs, portfolio_jobs
from stocktracker.jobs.watching import Watch

from .owned import Page, UserRequest, mine


@require_GET
@login_required
def home(request: UserRequest) -> Page:
    """The combined one, if there are several; without any, what to begin with."""
    first = request.user.portfolios.order_by("-is_combined", "pk").first()
    return redirect("dashboard", first.pk) if first else redirect("start")


@require_GET
@login_required
def dashboard(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk, "performance")
    now = timezone.now()
    looked_at(portfolio.pk, now)
    page = read(portfolio, now)
    address = reverse("jobs-card", args=[pk]) if page.shows_jobs else reverse("jobs-bar")
    pieces = pieces_of(page, labels_of(portfolio))
    context = {
        "page": page,
        "portfolio": portfolio,
        "watch": Watch.of({}, address, my_jobs(request.user), page.jobs),
        "classes": donut((_(group.name), group.value) for group in grouped(pieces, DIMENSIONS[0])),
        "tiles": lambda: tiles_of(page),  # where the part of the page is not kept already
        "members": members_of(portfolio),
    }
    return render(request, "portfolios/dashboard.html", context)


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
