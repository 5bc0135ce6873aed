"""Suggestions under a symbol field, as a part of a page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portfolios.services.symbols import POLLS, suggest

from .owned import Page, UserRequest

LONGEST_NUMBER = 18  # digits of an address that are worth reading


@require_GET
@login_required
def symbols(request: UserRequest) -> Page:
    """Of `q`, or of the field by its own name; `poll`: it asks by itself, for the so-manieth time."""
    typed, poll = request.GET.get("q") or request.GET.get("symbol", ""), request.GET.get("poll", "")
    times = min(int(poll[:LONGEST_NUMBER]), POLLS) if poll.isascii() and poll.isdecimal() else 0
    return render(request, "portfolios/_symbols.html", {"found": suggest(typed, request.user.pk, times)})
