"""Template filters: what an alarm is called, and what it says."""

from __future__ import annotations

from django import template

from stocktracker.monitoring.alarms import wording
from stocktracker.monitoring.models import Alarm

register = template.Library()


@register.filter
def alarm_title(alarm: Alarm) -> str:
    return wording.title(alarm)


@register.filter
def alarm_sentence(alarm: Alarm) -> str:
    return wording.sentence(alarm)
