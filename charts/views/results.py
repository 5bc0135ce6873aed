"""A result: while it is computed, when it is there, and what its reader does with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from charts import backtest_selectors as selectors
from charts.backtests.request import RequestError, read
from charts.forms.strategies import NameForm
from charts.forms.studies import MapForm
from charts.forms.templates import template_of
from charts.models import Backtest
from charts.pages.asking import in_words
from charts.pages.results import has_map, own_result_page
from charts.pages.studies import studies_of
from charts.pages.waiting import waiting
from charts.services import saving
from charts.services.asking import ask
from stocktracker.sentences import said

from .readers import SEE_OTHER, Page, UserRequest, is_part, there, unknown


@require_GET
@never_cache
@vary_on_headers("HX-Request")
@login_required
def backtest(request: UserRequest, key: str) -> Page:
    """The page, or the part of it that looks again and again until the result is there."""
    row = selectors.result_of(request.user, key)
    if row is None:
        return unknown(request, "charts/backtests/unknown.html")
    if row.became:
        return _sent_on(request, reverse("backtest", args=[row.became.key]))
    selectors.read_today(row, timezone.now())
    return shown(request, row)


def shown(request: UserRequest, row: Backtest, status: int = 200, **more: Any) -> Page:
    """One result in the state it is in; `more`: a form of its page that was sent with something wrong."""
    template = "charts/backtests/_page.html" if is_part(request) else "charts/backtests/result.html"
    context: dict[str, Any] = {"row": row, "change": change_of(row)}
    if row.is_there:
        context |= context_of(request, row)
    elif row.problem:
        context |= {"problem": said(row.problem), "words": in_words(read(row.request))}
    else:
        look = request.GET.get("look", "0")
        found = waiting(row, int(look) if look.isascii() and look.isdecimal() and len(look) < len("1000") else 0)
        context |= {name: getattr(found, name) for name in found.__dataclass_fields__}
    return render(request, template, context | more, status=status)


def context_of(request: UserRequest, row: Backtest) -> dict[str, Any]:
    page = own_result_page(row, request.user)
    link = request.build_absolute_uri(reverse("backtest-shared", args=[page.link.token])) if page.link else ""
    return {
        "page": page,
        "source": reverse("backtest-chart", args=[row.key]),
        "csv": reverse("backtest-curves-csv", args=[row.key]),
        "link_address": link,
        "studies": studies_of(row) if page.is_open else None,
        "map_form": MapForm(None, read(row.request)) if has_map(row) else None,
    }


def change_of(row: Backtest) -> str:
    """The form, filled with this request."""
    return f"{reverse('backtest-new', args=[template_of(row.request).slug])}?from={row.key}"


@require_POST
@login_required
def again(request: UserRequest, key: str) -> Page:
    """The same request with today's prices."""
    row = there(request, key)
    try:
        found = ask(row.request, request.user, timezone.now())
    except RequestError as error:
        messages.error(request, " ".join(said(fault.sentence) for fault in error.faults))
        found = row
    return HttpResponseRedirect(reverse("backtest", args=[found.key]), status=SEE_OTHER)


@require_POST
@login_required
def save(request: UserRequest, key: str) -> Page:
    row, form = there(request, key), NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the strategy a name of at most 80 characters."))
        return redirect("backtest", key)
    try:
        strategy = saving.save_strategy(request.user, row, form.cleaned_data["name"], timezone.now())
    except saving.SavingError as error:
        messages.error(request, said(error))
        return redirect("backtest", key)
    messages.success(request, _("«%(name)s» is saved: it goes on after every close.") % {"name": strategy.name})
    return redirect("strategy", strategy.pk)


@require_POST
@login_required
def share(request: UserRequest, key: str) -> Page:
    row = there(request, key)
    try:
        saving.share(request.user, row)
    except saving.SavingError as error:
        messages.error(request, said(error))
    return redirect("backtest", key)


def _sent_on(request: UserRequest, address: str) -> Page:
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
