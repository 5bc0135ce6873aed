"""Alerts that went off and were not seen: told on every page, and costing a page without any nothing."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from stocktracker.preferences.backend import WithPreferences

from .models import Alert

UNSEEN = Alert.objects.filter(seen=False, triggered_at__isnull=False)
MOST = 3  # that are told one by one


class WithAlerts(WithPreferences):
    """Whether there is any comes in the same query as the user."""

    def get_user(self, user_id: int) -> User | None:
        own = UNSEEN.filter(user=OuterRef("pk"))
        user = User.objects.select_related("preferences").annotate(has_alerts=Exists(own)).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


def alerts(request: HttpRequest) -> dict[str, Any]:
    """One query where a page tells of them, none where there are none."""
    return {"alerts": SimpleLazyObject(lambda: _unseen(request))}


def _unseen(request: HttpRequest) -> dict[str, Any]:
    if not getattr(request.user, "has_alerts", False):
        return {}
    rows = list(UNSEEN.filter(user=request.user.pk).select_related("instrument").order_by("-triggered_at", "-pk"))
    return {"rows": rows[:MOST], "more": len(rows[MOST:])}
