"""Every page in its reader's language and in the numbers that reader is used to."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from stocktracker.formats import written_as

from .models import preferences_of


def reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A person's own language, or else what the browser asks for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        own = preferences_of(request.user)
        language = own.language or translation.get_language_from_request(request)
        with translation.override(language), written_as(own.style(language)):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not own.language:
            patch_vary_headers(response, ["Accept-Language"])
        return response

    return middleware
