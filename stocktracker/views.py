"""Pages of the whole product: the sign of life, the icon."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_GET


@require_GET
def healthz(_request: HttpRequest) -> HttpResponse:
    """The web process serves; it says nothing of databases or workers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def favicon(_request: HttpRequest) -> HttpResponse:
    """Where browsers look for the icon of pages that name none, like the admin's."""
    return redirect(static("stocktracker/favicon.svg"))
