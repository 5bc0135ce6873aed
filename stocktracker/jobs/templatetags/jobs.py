"""Template filters: how long jobs took, and how long ago something was."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import gettext

from stocktracker.jobs import telling

register = template.Library()


@register.filter
def lasted(seconds: float | None) -> str:
    return telling.lasted(seconds)


@register.filter
def waiting_since(moment: datetime, now: datetime) -> str:
    """As long as it is ago; no time at all where another machine's clock is ahead."""
    return telling.lasted((now - moment).total_seconds())


@register.filter
def ago(moment: datetime, now: datetime) -> str:
    return gettext("%(time)s ago") % {"time": waiting_since(moment, now)}
