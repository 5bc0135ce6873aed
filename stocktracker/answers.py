"""What programs are answered: 401 in words they read, 304 for what they have already, packed if they can unpack it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from isal import igzip

UNAUTHORIZED, NOT_FOUND = 401, 404
GZIP_LEVEL = 2  # isal: made while somebody waits
WORTH_PACKING = 1_000  # bytes


def for_its_reader(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A program is told that nobody is logged in; a page with a form would be of no use to it."""

    @wraps(view)
    def answer(request: HttpRequest, **address: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, **address)
        return refusal("Nobody is logged in. Send the cookie of a session of yours.", UNAUTHORIZED)

    return answer


def refusal(error: str, status: int = NOT_FOUND) -> HttpResponse:
    return JsonResponse({"error": error}, status=status)


def tagged(request: HttpRequest, tag: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """What `make` makes, or 304 for a reader who has it already. The tag is weak: packed or not, it is the same."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    seen = not {"*", f'"{tag}"', f'W/"{tag}"'}.isdisjoint(known)
    response = HttpResponseNotModified() if seen else make()
    response["ETag"] = f'W/"{tag}"'
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return response


def packed_json(request: HttpRequest, packed: bytes) -> HttpResponse:
    """JSON that is gzipped already."""
    if not _unpacks(request):
        return HttpResponse(gzip.decompress(packed), content_type="application/json")
    return HttpResponse(packed, content_type="application/json", headers={"Content-Encoding": "gzip"})


def plain_json(request: HttpRequest, body: bytes) -> HttpResponse:
    """JSON that is made now."""
    if len(body) < WORTH_PACKING or not _unpacks(request):
        return HttpResponse(body, content_type="application/json")
    return packed_json(request, igzip.compress(body, GZIP_LEVEL, mtime=0))


def csv_file(name: str, text: str) -> HttpResponse:
    """Saved by a browser, not shown."""
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


def _unpacks(request: HttpRequest) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")
