"""Where the money is: groups, targets, the trades that would restore them, and the owner's own labels."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portfolios import wording
from portfolios.forms.allocation import LabelsForm, TargetsForm
from portfolios.grouping import DIMENSIONS
from portfolios.pages.allocation import allocation as read
from portfolios.pages.allocation import labelled, labels_of
from portfolios.services import targets as service

from .owned import UNPROCESSABLE, Page, UserRequest, mine, sent


@require_GET
@login_required
def allocation(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk, "report")
    asked = request.GET.get("by", "")
    dimension = asked if asked in DIMENSIONS else DIMENSIONS[0]
    context = {
        "portfolio": portfolio,
        "page": read(portfolio, dimension, timezone.now()),
        "dimensions": wording.dimensions().items(),
        "dimension": dimension,
    }
    return render(request, "portfolios/allocation.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def targets(request: UserRequest, pk: int, dimension: str) -> Page:
    """Targets of one dimension, and the owner's own words for where instruments belong in it."""
    portfolio = mine(request, pk, "report")
    if dimension not in DIMENSIONS:
        raise Http404
    page = read(portfolio, dimension, timezone.now())
    form = TargetsForm(sent(request), groups=page.groups)
    rows = labelled(page.whole, dimension, labels_of(portfolio)) if dimension != "account" else []
    labels = LabelsForm(sent(request), rows=rows)
    if form.is_valid() and labels.is_valid():
        service.set_targets(portfolio, dimension, form.weights)
        service.set_labels(request.user, dimension, labels.names)
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('allocation', args=[pk])}?by={dimension}")
    context = {"portfolio": portfolio, "page": page, "form": form, "labels": labels, "dimension": dimension}
    wrong = form.errors or labels.errors
    return render(request, "portfolios/targets.html", context, status=UNPROCESSABLE if wrong else 200)
