"""Backtests as JSON and CSV: asked for with the schema of the pages, answered from the row that keeps the result."""

from __future__ import annotations

import gzip
from dataclasses import asdict
from typing import Any

import orjson
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from charts.backtests.request import RequestError
from charts.models import Backtest, Share
from charts.series.decode import as_csv, decode, table_as_csv
from charts.series.together import together
from stocktracker.answers import csv_file, for_its_reader, packed_json, plain_json, refusal, tagged

from . import backtest_selectors as selectors
from .services.asking import ask

UNPROCESSABLE, ACCEPTED, TOO_LARGE = 422, 202, 413
MOST_COMPARED = 3
LONGEST_REQUEST = 64 * 1024  # bytes; one with fifty securities has three thousand
TRADES = ("date", "symbol", "quantity", "price", "amount", "fee")


class Reader(HttpRequest):
    """What for_its_reader makes of a request."""

    user: User


@require_POST
@for_its_reader
def backtests(request: Reader) -> HttpResponse:
    """200 with the result, 202 while it is computed, 422 with a sentence for each field that is wrong."""
    if len(request.body) > LONGEST_REQUEST:
        return refusal(f"A request is no longer than {LONGEST_REQUEST} bytes.", TOO_LARGE)
    try:
        data = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        return refusal(f"This is no JSON: {error}.", UNPROCESSABLE)
    try:
        row = ask(data, request.user, timezone.now())
    except RequestError as error:
        faults = [{"path": fault.path, "message": str(fault.sentence)} for fault in error.faults]
        return JsonResponse({"error": str(error), "faults": faults}, status=UNPROCESSABLE)
    return _answered(request, row)


@require_GET
@for_its_reader
def backtest(request: Reader, key: str) -> HttpResponse:
    """The result of a key: its request, its report, its trades, how it was computed."""
    row = selectors.result_of(request.user, key)
    if row is None:
        return _unknown(key)
    return tagged(request, row.tag, lambda: _answered(request, row)) if row.is_there else _answered(request, row)


@require_GET
@for_its_reader
def chart(request: Reader, key: str) -> HttpResponse:
    """The curves, as charts.series.encode writes them."""
    row = selectors.result_of(request.user, key)
    return _chart(request, row) if row and row.is_there else _unknown(key)


@require_GET
def shared_chart(request: HttpRequest, token: str) -> HttpResponse:
    """The curves of a result somebody shares; nobody needs to be logged in."""
    link = Share.objects.select_related("backtest").filter(token=token).first()
    return _chart(request, link.backtest) if link else refusal("Nobody shares this any more.")


@require_GET
@for_its_reader
def compared(request: Reader) -> HttpResponse:
    """The growth of up to three results on the days they have in common: ?with=KEY&with=KEY."""
    keys = list(dict.fromkeys(request.GET.getlist("with")))[:MOST_COMPARED]
    rows = [row for key in keys if (row := selectors.result_of(request.user, key)) and row.is_there]
    if not rows:
        return refusal("None of these results is there.")
    tag = "-".join(row.key[:12] for row in rows)
    names = selectors.names_of(rows)
    tables = {name: decode(_unpacked(row.curves)) for name, row in zip(names, rows, strict=True)}
    return tagged(request, tag, lambda: plain_json(request, together(tables)))


@require_GET
@for_its_reader
def curves_csv(request: Reader, key: str) -> HttpResponse:
    """A line a day."""
    row = selectors.result_of(request.user, key)
    if row is None or not row.is_there:
        return _unknown(key)
    return csv_file(f"backtest-{key[:12]}.csv", table_as_csv(decode(_unpacked(row.curves))))


@require_GET
@for_its_reader
def trades_csv(request: Reader, key: str) -> HttpResponse:
    """A line an order."""
    row = selectors.result_of(request.user, key)
    if row is None or not row.is_there:
        return _unknown(key)
    columns = list(zip(*selectors.trades_of(row), strict=True)) or [()] * len(TRADES)
    return csv_file(f"backtest-{key[:12]}-trades.csv", as_csv(TRADES, columns))


def _chart(request: HttpRequest, row: Backtest) -> HttpResponse:
    return tagged(request, row.tag, lambda: packed_json(request, bytes(row.curves or b"")))


def _answered(request: HttpRequest, row: Backtest) -> HttpResponse:
    if row.became:
        row = row.became
    address = reverse("backtest-json", args=[row.key])
    if row.problem:
        fault = {"path": row.problem["path"], "message": row.problem["message"]}
        return JsonResponse({"key": row.key, "error": fault["message"], "faults": [fault]}, status=UNPROCESSABLE)
    if not row.is_there:
        doing = selectors.progress_of(row)
        said: dict[str, Any] = {"key": row.key, "state": "computing", "address": address, "progress": asdict(doing)}
        return JsonResponse(said, status=ACCEPTED, headers={"Location": address, "Cache-Control": "private, no-store"})
    body = {
        "key": row.key,
        "request": row.request,
        "revisions": row.revisions,
        "computed_at": row.computed_at,
        "timings": row.timings,
        "layers": row.layers,
        "report": row.report,
        "trades": selectors.trades_of(row),
        "chart": reverse("backtest-chart", args=[row.key]),
    }
    return plain_json(request, orjson.dumps(body))


def _unpacked(payload: Any) -> bytes:
    return gzip.decompress(bytes(payload))


def _unknown(key: str) -> HttpResponse:
    return refusal(f"There is no result {key[:12]}…; what nobody looks at for 90 days is forgotten.")
