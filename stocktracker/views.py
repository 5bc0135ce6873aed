"""Pages of the whole product: the signs of life, the icon."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from stocktracker.jobs.health import Problem, problems

UNAVAILABLE = 503
ICON_SIZES = (192, 512)


@require_GET
def healthz(_request: HttpRequest) -> HttpResponse:
    """The web process serves; it says nothing of databases or workers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
@never_cache
@override("en")  # programs read it
def readyz(_request: HttpRequest) -> HttpResponse:
    """{"ready", "problems": [{"code", "text"}]}: 503 without the database, for no page works then.

    Without a worker, beat or Redis pages do, so a platform must not take this process away: 200, and the problem.
    """
    try:
        found, ready = problems(timezone.now()), True
    except DatabaseError:
        connection.close()
        found, ready = [Problem("database", "PostgreSQL does not answer.")], False
    told = [{"code": problem.code, "text": problem.text} for problem in found]
    return JsonResponse({"ready": ready, "problems": told}, status=200 if ready else UNAVAILABLE)


@require_GET
def manifest(_request: HttpRequest) -> HttpResponse:
    """What makes the product installable."""
    icons = [
        {"src": static("stocktracker/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        *({"src": static(f"stocktracker/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
          for size in ICON_SIZES),
        {"src": static("stocktracker/icon-mask.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]  # fmt: skip
    told = {
        "name": "MyStockTracker", "short_name": "Stocks", "start_url": "/", "scope": "/", "display": "standalone",
        "background_color": "#f5f6f8", "theme_color": "#3657d6", "icons": icons,
    }  # fmt: skip
    return JsonResponse(told, content_type="application/manifest+json", headers={"Cache-Control": "max-age=86400"})


@require_GET
def favicon(_request: HttpRequest) -> HttpResponse:
    """Where browsers look for the icon of pages that name none, like the admin's."""
    return redirect(static("stocktracker/favicon.svg"))
