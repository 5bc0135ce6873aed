"""Charts as JSON and as CSV files, for pages and for programs: stored ready by a worker, sent as they are."""

from __future__ import annotations

import gzip
from dataclasses import asdict

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from charts.series.candles import candles_as_csv, encode_candles
from charts.series.decode import decode, table_as_csv
from stocktracker.answers import csv_file, for_its_reader, packed_json, plain_json, refusal, tagged

from . import selectors

MAIN = "main"


class Reader(HttpRequest):
    """What for_its_reader makes of a request."""

    user: User


@require_GET
@for_its_reader
def chart_data(request: Reader, pk: int) -> HttpResponse:
    """One query; 304 for a reader who has it already."""
    row = selectors.chart_of(request.user, pk, MAIN)
    if row is None:
        return _no_chart(pk)
    return tagged(request, row.etag.strip('"'), lambda: packed_json(request, bytes(row.payload)))


@require_GET
@for_its_reader
def chart_csv(request: Reader, pk: int) -> HttpResponse:
    """The same numbers, a line a day."""
    row = selectors.chart_of(request.user, pk, MAIN)
    if row is None:
        return _no_chart(pk)
    return csv_file(f"portfolio-{pk}.csv", table_as_csv(decode(gzip.decompress(row.payload))))


@require_GET
@for_its_reader
def chart_progress(request: Reader, pk: int) -> HttpResponse:
    """How far the rebuild is that draws the next one."""
    drawing = selectors.drawing_of(request.user, pk, MAIN)
    if drawing is None:
        return refusal(f"You have no portfolio {pk}.")
    return JsonResponse(asdict(drawing), headers={"Cache-Control": "private, no-store"})


@require_GET
@for_its_reader
def bars(request: Reader, pk: int, symbol: str) -> HttpResponse:
    """Bars of an instrument this portfolio traded, and its trades; 304 after one query for who has them already."""
    found = selectors.traded(request.user, pk, symbol)
    if found is None:
        return _not_traded(pk, symbol)

    def made() -> HttpResponse:
        candles = selectors.candles(found.instrument.pk)
        marks = selectors.marks(found.portfolio, found.instrument, candles)
        return plain_json(request, encode_candles(candles, marks))

    return tagged(request, found.tag, made)


@require_GET
@for_its_reader
def bars_csv(request: Reader, pk: int, symbol: str) -> HttpResponse:
    """The bars alone, a line a session."""
    found = selectors.traded(request.user, pk, symbol)
    if found is None:
        return _not_traded(pk, symbol)
    name = "".join(sign if sign.isalnum() or sign in ".-" else "_" for sign in found.instrument.symbol)
    return csv_file(f"{name}.csv", candles_as_csv(selectors.candles(found.instrument.pk)))


def _no_chart(pk: int) -> HttpResponse:
    """Nothing tells somebody else's portfolio from one that is not there."""
    return refusal(f"You have no portfolio {pk}, or its chart has not been drawn yet.")


def _not_traded(pk: int, symbol: str) -> HttpResponse:
    return refusal(f"You have no portfolio {pk}, or it has no transaction in {symbol}.")
