"""What every page tells of jobs: the bar while something of mine runs, and to staff what keeps jobs from running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from .selectors import my_jobs
from .watching import Watch

if TYPE_CHECKING:
    from .health import Problem


def jobs(request: HttpRequest) -> dict[str, Any]:
    """Computed where a template asks for it: one query each, none for who is not signed in."""
    return {"watch": SimpleLazyObject(lambda: _watch(request)), "health": SimpleLazyObject(lambda: _health(request))}


def _watch(request: HttpRequest) -> Watch | None:
    if not request.user.is_authenticated:
        return None
    return Watch.of({}, reverse("jobs-bar"), my_jobs(request.user))


def _health(request: HttpRequest) -> list[Problem]:
    from .health import problems

    return problems(timezone.now()) if request.user.is_staff else []
