"""Pages of the whole product: the sign of life."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET


@require_GET
def healthz(_request: HttpRequest) -> HttpResponse:
    """The web process serves; it says nothing of databases or workers."""
    return HttpResponse("ok\n", content_type="text/plain")
