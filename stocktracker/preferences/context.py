"""What every template knows of its reader."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from stocktracker.formats import style

from .models import preferences_of


def reader(request: HttpRequest) -> dict[str, Any]:
    """`reader`: the preferences; `style`: how numbers are written; `eyes`: what kept parts of pages vary by."""
    own = style()
    return {"reader": preferences_of(getattr(request, "user", None)), "style": own, "eyes": f"{get_language()}{own}"}
