"""/metrics: for whoever brings the token, comes from a known address, or is signed in as staff."""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from .prometheus import exposition

FORBIDDEN = 403
REFUSAL = (
    "These numbers are for whoever brings METRICS_TOKEN (Authorization: Bearer …), comes from METRICS_FROM, "
    "or is signed in as staff.\n"
)


@require_GET
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not (brings_token(request) or is_known(request) or request.user.is_staff):
        return HttpResponse(REFUSAL, status=FORBIDDEN, content_type="text/plain")
    return HttpResponse(exposition(timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")


def brings_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    known = bool(settings.METRICS_TOKEN) and scheme.lower() == "bearer"
    return known and compare_digest(token.encode(), settings.METRICS_TOKEN.encode())


def is_known(request: HttpRequest) -> bool:
    """By the address of the connection: behind a proxy it is the proxy's, whatever a header says."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(address, IPv6Address):  # as a server that listens to both kinds says an old one
        address = address.ipv4_mapped or address
    return any(address in ip_network(known, strict=False) for known in settings.METRICS_FROM)
