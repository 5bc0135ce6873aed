"""A result for whoever has its link: read only, without a login; and its withdrawal."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from charts.models import Share
from charts.pages.results import result_page
from charts.services import saving

from .readers import Page, UserRequest, unknown

HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "Cache-Control": "private, no-cache"}


@require_GET
def shared(request: HttpRequest, token: str) -> Page:
    """Nothing of whoever shares it but what he chose to share."""
    link = Share.objects.select_related("backtest").filter(token=token).first()
    if link is None:
        answer = unknown(request, "charts/backtests/withdrawn.html")
    else:
        source = reverse("backtest-shared-chart", args=[token])
        context = {"page": result_page(link.backtest), "source": source, "shared": True}
        answer = render(request, "charts/backtests/shared.html", context)
    for name, value in HEADERS.items():
        answer[name] = value
    return answer


@require_POST
@login_required
def withdraw(request: UserRequest, token: str) -> Page:
    link = get_object_or_404(Share.objects.select_related("backtest"), token=token, owner=request.user)
    saving.withdraw(link)
    messages.success(request, _("The link is withdrawn: whoever has it finds nothing any more."))
    return redirect("backtests")
