"""Studies of a result: asked for, looked at while they are computed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from charts.backtests.request import RequestError, read
from charts.forms.studies import MapForm
from charts.pages.studies import shown, study_of
from charts.services import studies

from .readers import SEE_OTHER, UNPROCESSABLE, Page, UserRequest, is_part, there
from .results import shown as shown_result


@require_POST
@login_required
def ask_map(request: UserRequest, key: str) -> Page:
    row = there(request, key)
    form = MapForm(request.POST, read(row.request))
    form.full_clean()
    try:
        studies.ask_map(row, form.over, request.user, timezone.now())
    except RequestError as error:
        form.refuse(error.faults)
        return shown_result(request, row, UNPROCESSABLE, map_form=form)
    return _back(key)


@require_POST
@login_required
def ask_luck(request: UserRequest, key: str) -> Page:
    row = there(request, key)
    studies.ask_luck(row, request.user, timezone.now())
    return _back(key)


@require_GET
@never_cache
@login_required
def study(request: UserRequest, key: str, pk: str) -> Page:
    """The part of the page that is one study; without htmx the page. Whoever counts numbers finds no keys."""
    row = study_of(request.user, key, int(pk))
    if row is None:
        raise Http404
    if not is_part(request):
        return redirect("backtest", key)
    return render(request, "charts/backtests/_study.html", {"one": shown(row)})


def _back(key: str) -> Page:
    return HttpResponseRedirect(f"{reverse('backtest', args=[key])}#studies", status=SEE_OTHER)
