"""How a figure came about: a sheet over the page, or a page of its own without JavaScript."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from portfolios.pages.explaining import explained

from .owned import Page, UserRequest, mine


@require_GET
@vary_on_headers("HX-Request")
@login_required
def explain(request: UserRequest, pk: int, figure: str) -> Page:
    portfolio = mine(request, pk)
    found = explained(portfolio, figure, timezone.now())
    if found is None:
        raise Http404(_("There is no such figure, or it has not been computed yet."))
    template = "portfolios/_explained.html" if request.headers.get("HX-Request") else "portfolios/explained.html"
    return render(request, template, {"portfolio": portfolio, "explained": found})
