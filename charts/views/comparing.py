"""Up to three results side by side."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from charts import backtest_selectors as selectors
from charts.pages.comparing import MOST_COMPARED, compared

from .readers import Page, UserRequest


@require_GET
@login_required
def compare(request: UserRequest) -> Page:
    keys = list(dict.fromkeys(request.GET.getlist("with")))[:MOST_COMPARED]
    rows = [row for key in keys if (row := selectors.result_of(request.user, key)) and row.is_there]
    chosen = [row.key for row in rows]
    others = [one.backtest for one in selectors.latest_of(request.user) if one.backtest.key not in chosen]
    source = f"{reverse('backtests-compare-chart')}?{urlencode([('with', key) for key in chosen])}"
    context = {"page": compared(rows, others, full=len(rows) == MOST_COMPARED), "source": source}
    return render(request, "charts/backtests/compare.html", context)
