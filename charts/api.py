"""Charts as JSON: stored ready by a worker, sent as they are."""

from __future__ import annotations

import gzip

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.http import require_GET

from .models import Chart


@require_GET
@login_required
def chart(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One query; 304 for a reader who has it already. The tag is weak: packed or not, it is the same chart."""
    row = get_object_or_404(Chart, portfolio=pk, portfolio__owner=request.user, name=name)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if not {"*", row.etag, f"W/{row.etag}"}.isdisjoint(known):
        return _headed(HttpResponseNotModified(), row)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    body = bytes(row.payload) if packed else gzip.decompress(row.payload)
    response = HttpResponse(body, content_type="application/json")
    if packed:
        response["Content-Encoding"] = "gzip"
    return _headed(response, row)


def _headed(response: HttpResponse, row: Chart) -> HttpResponse:
    """What a browser needs for asking again, also with a 304."""
    response["ETag"] = f"W/{row.etag}"
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return response
