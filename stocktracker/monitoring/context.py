"""What every page tells staff of alarms; health is told by the jobs room, at this very moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

if TYPE_CHECKING:
    from .models import Alarm

TOLD_BY_HEALTH = ("redis", "worker", "beat", "sweep", "queue")


def alarms(request: HttpRequest) -> dict[str, Any]:
    """Computed where a template asks for it: one query for staff, none for others."""
    return {"firing_alarms": SimpleLazyObject(lambda: _firing(request))}


def _firing(request: HttpRequest) -> list[Alarm]:
    from .models import Alarm  # settings name this module before there are models

    if not request.user.is_staff:
        return []
    return list(Alarm.objects.firing().exclude(rule__in=TOLD_BY_HEALTH))
