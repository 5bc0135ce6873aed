"""The tables of the pages as files."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolios.grouping import DIMENSIONS
from portfolios.models import Portfolio
from portfolios.pages.allocation import allocation
from portfolios.pages.performance import performance
from portfolios.selectors import snapshot_of
from portfolios.tables import Row, allocation_rows, drop_rows, income_rows, performance_rows

from .files import download, harmless
from .owned import UserRequest, mine

ROWS = {"performance": performance_rows, "drops": drop_rows}


@require_GET
@login_required
def performance_export(request: UserRequest, pk: int, what: str = "performance") -> HttpResponse:
    """Periods, or drops from the peak."""
    portfolio = mine(request, pk, "report", "performance")
    page = performance(portfolio)
    return _file(portfolio, what, ROWS[what](page) if page else [])


@require_GET
@login_required
def allocation_export(request: UserRequest, pk: int, dimension: str) -> HttpResponse:
    if dimension not in DIMENSIONS:
        raise Http404
    portfolio = mine(request, pk, "report")
    return _file(portfolio, f"by-{dimension}", allocation_rows(allocation(portfolio, dimension, timezone.now())))


@require_GET
@login_required
def income_export(request: UserRequest, pk: int) -> HttpResponse:
    portfolio = mine(request, pk, "performance")
    snapshot = snapshot_of(portfolio)
    return _file(portfolio, "income", income_rows(snapshot.performance.get("income", {}) if snapshot else {}))


def _file(portfolio: Portfolio, what: str, rows: Iterable[Row]) -> HttpResponse:
    response = download(portfolio.title, what)
    csv.writer(response).writerows(map(harmless, rows))
    return response
