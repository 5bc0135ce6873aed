"""A portfolio's report and how each of its figures came about, as JSON for programs; computed by a worker before."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from stocktracker.answers import NOT_FOUND, for_its_reader, refusal, tagged

from .explanations import explain as explain_figure
from .explanations import names
from .models import Snapshot


@require_GET
@for_its_reader
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """As stored; 304 for a reader who has it already."""
    snapshot = _snapshot(request, pk, "report")
    return _answer(request, snapshot, snapshot.report) if snapshot else _no_report(pk)


@require_GET
@for_its_reader
def performance(request: HttpRequest, pk: int) -> HttpResponse:
    """Years and months, drawdowns, rolling years, accounts, income, without inflation."""
    snapshot = _snapshot(request, pk, "performance")
    return _answer(request, snapshot, snapshot.performance) if snapshot else _no_report(pk)


@require_GET
@for_its_reader
def trades(request: HttpRequest, pk: int) -> HttpResponse:
    """Closed lots, oldest first."""
    snapshot = _snapshot(request, pk, "trades")
    return _answer(request, snapshot, {"trades": snapshot.trades}) if snapshot else _no_report(pk)


@require_GET
@for_its_reader
def explain(request: HttpRequest, pk: int, figure: str) -> HttpResponse:
    """One figure's definition, formula, inputs, result and prices."""
    snapshot = _snapshot(request, pk, "report", "trades")
    if snapshot is None:
        return _no_report(pk)
    whole = {**snapshot.report, "trades": snapshot.trades}
    try:
        known = names(whole)
        found = explain_figure(whole, figure) if figure in known else None
    except KeyError:
        error = "These figures were computed by an older version. They are computed again with the next prices."
        return refusal(error)
    if found is None:
        error = f"There is no figure «{figure}» in this report; «names» lists what there is."
        return JsonResponse({"error": error, "names": known}, status=NOT_FOUND)
    return _answer(request, snapshot, asdict(found))


def _snapshot(request: HttpRequest, pk: int, *fields: str) -> Snapshot | None:
    """With a report, and of the reader's own; else None. One query, of these fields alone: trades may be many."""
    own = Snapshot.objects.filter(portfolio=pk, portfolio__owner=request.user.pk).exclude(report={})
    return own.only("computed_at", *fields).first()


def _no_report(pk: int) -> HttpResponse:
    """Nothing tells somebody else's portfolio from one that is not there."""
    return refusal(f"You have no portfolio {pk}, or its report has not been computed yet.")


def _answer(request: HttpRequest, snapshot: Snapshot, content: dict[str, Any]) -> HttpResponse:
    return tagged(request, f"{snapshot.computed_at.timestamp():.6f}", lambda: JsonResponse(content))
