"""The dashboard as JSON: its figures and its holdings, at the latest prices; for programs."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolios.pages.dashboard import Dashboard, HoldingRow, dashboard
from portfolios.selectors import HEAVY
from stocktracker.answers import for_its_reader, plain_json, refusal, tagged

from .models import Portfolio

TAG = 24  # characters of a hash


@require_GET
@for_its_reader
def initial_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Total, change of the day, figures, freshness. Five queries; 304 where nothing has changed."""
    page = _page(request, pk)
    if page is None:
        return _missing(pk)
    return _answer(
        request,
        {
            "portfolio": pk,
            "name": page.portfolio.title,
            "currency": page.portfolio.base_currency,
            "total": page.total,
            "cash": page.cash,
            "day_change": page.day_change,
            "day_rate": page.day_rate,
            "figures": page.figures,
            "as_of": page.snapshot.as_of if page.snapshot else None,
            "computed_at": page.snapshot.computed_at if page.snapshot else None,
            "problem": page.snapshot.problem if page.snapshot else "",
            "outdated": page.outdated,
            "freshness": {"state": page.freshline.state, "reason": page.freshline.reason},
            "jobs_active": page.jobs.active,
        },
    )


@require_GET
@for_its_reader
def holdings_data(request: HttpRequest, pk: int) -> HttpResponse:
    """What is held, the largest first. Five queries; 304 where nothing has changed."""
    page = _page(request, pk)
    if page is None:
        return _missing(pk)
    rows = [_holding(row) for row in page.rows]
    return _answer(request, {"currency": page.portfolio.base_currency, "cash": page.cash, "holdings": rows})


def _page(request: HttpRequest, pk: int) -> Dashboard | None:
    left = [f"snapshot__{name}" for name in HEAVY]
    own = Portfolio.objects.select_related("benchmark", "snapshot").defer(*left)
    portfolio = own.filter(owner=request.user.pk, pk=pk).first()
    return dashboard(portfolio, timezone.now()) if portfolio else None


def _holding(row: HoldingRow) -> dict[str, Any]:
    held = row.valued
    return {
        "symbol": held.instrument.symbol,
        "name": held.instrument.name,
        "quantity": held.holding.quantity,
        "price": held.price,
        "price_currency": held.instrument.currency,
        "price_change": held.price_change,
        "price_at": held.at,
        "fetched_at": held.fetched_at,
        "freshness": held.freshness,
        "estimated": held.price is None,
        "value": held.value,
        "cost": held.holding.cost,
        "gain": held.gain,
        "gain_rate": held.gain_rate,
        "day_change": held.day_change,
        "weight": row.weight,
    }


def _missing(pk: int) -> HttpResponse:
    """Nothing tells somebody else's portfolio from one that is not there."""
    return refusal(f"You have no portfolio {pk}.")


def _answer(request: HttpRequest, content: dict[str, Any]) -> HttpResponse:
    body = json.dumps(content, default=_plain, separators=(",", ":")).encode()
    return tagged(request, hashlib.sha256(body).hexdigest()[:TAG], lambda: plain_json(request, body))


def _plain(value: object) -> float | str:
    """Money as a number: programs that need more digits than a float has ask for the transactions."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
