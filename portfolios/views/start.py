"""What to begin with: a file, by hand, or the demo; and the demo's end."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portfolios.services.portfolios import remove_demo
from stocktracker.jobs.services import enqueue

from .owned import Page, UserRequest


@require_GET
@login_required
def start(request: UserRequest) -> Page:
    """The first page of who has no portfolio yet; it reloads itself when the demo is there."""
    if request.user.portfolios.exists():
        return redirect("home")
    return render(request, "portfolios/start.html", {"has_demo": settings.MARKET == "simulated"})


@require_POST
@login_required
def demo_add(request: UserRequest) -> Page:
    """A job makes it: it is calculated from the simulated market's prices."""
    if settings.MARKET != "simulated":
        messages.error(request, _("The demo lives on simulated prices only: start without --live."))
    elif request.user.portfolios.filter(is_demo=True).exists():
        messages.info(request, _("The demo is loaded already."))
    else:
        enqueue("portfolios.demo", key=f"demo:{request.user.pk}", requested_by_id=request.user.pk, user=request.user.pk)
        messages.success(request, _("The demo portfolio is being made."))
    return redirect("start")


@require_POST
@login_required
def demo_remove(request: UserRequest) -> Page:
    if remove_demo(request.user):
        messages.success(request, _("The demo is removed, with everything in it."))
    return redirect("home")
