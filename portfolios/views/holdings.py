"""What is held, in detail: the list, and its file."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from portfolios import wording
from portfolios.pages.holdings import Asked
from portfolios.pages.holdings import holdings as read

from .files import download, harmless
from .owned import Page, UserRequest, mine


@require_GET
@vary_on_headers("HX-Request")
@login_required
def holdings(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk, "report")
    page = read(portfolio, Asked.of(request.GET.dict()), timezone.now())
    groups = [(name, title) for name, title in wording.dimensions().items() if name != "account"]
    context = {"portfolio": portfolio, "page": page, "groups": groups, "sorts": wording.sorts().items()}
    return render(request, "portfolios/holdings.html", context)


@require_GET
@login_required
def holdings_export(request: UserRequest, pk: int) -> HttpResponse:
    """As filtered and sorted, with full digits."""
    portfolio = mine(request, pk, "report")
    page = read(portfolio, replace(Asked.of(request.GET.dict()), everything=True), timezone.now())
    response = download(portfolio.title, "holdings")
    file = csv.writer(response)
    base = portfolio.base_currency
    file.writerow(["symbol", "name", "quantity", "price", "currency", f"value_{base}", f"cost_{base}", f"gain_{base}",
                   "gain_rate", "weight", "group"])  # fmt: skip
    for section in page.sections:
        for row in section.rows:
            held = row.valued
            cells = (
                held.instrument.symbol, held.instrument.name, f"{held.holding.quantity.normalize():f}", held.price,
                held.instrument.currency, round(held.value, 4), held.holding.cost, round(held.gain, 4),
                _rounded(held.gain_rate), _rounded(row.weight), section.name,
            )  # fmt: skip
            file.writerow(harmless(cells))
    return response


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 6)
