"""Pages that tell how the deployment does: at a glance, by the day, and what happened."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from . import history as by_day
from . import overview as glance
from .happenings import happenings
from .staff import StaffRequest, staff_only


@require_GET
@vary_on_headers("HX-Request")  # else «back» shows the part a poll has fetched
@staff_only
def overview(request: StaffRequest) -> HttpResponse:
    """First paint and poll render the same part."""
    now = timezone.now()
    found = glance.overview(request.GET.get("span", ""), now)
    context = {
        "found": found,
        "now": now,
        "spans": glance.SPANS.values(),
        "slow": settings.SLOW_STATEMENT_SECONDS,
    }
    polled = bool(request.headers.get("HX-Request"))
    return render(request, "monitoring/_overview.html" if polled else "monitoring/overview.html", context)


@require_GET
@staff_only
def history(request: StaffRequest) -> HttpResponse:
    return render(request, "monitoring/history.html", {"history": by_day.history(timezone.now())})


@require_GET
@staff_only
def events(request: StaffRequest) -> HttpResponse:
    return render(request, "monitoring/events.html", {"happenings": happenings(timezone.now())})
