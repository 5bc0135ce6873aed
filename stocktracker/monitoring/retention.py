"""What is carried over from Redis when an hour has ended, and what is forgotten then."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from .hours import KEPT_FOR, forget, last_ended, roll_up
from .models import Alarm, Event, Hour


class Carried(NamedTuple):
    stored: int  # rows of hours
    forgotten: int  # likewise


def carry_over(now: datetime) -> Carried:
    """Asked every minute, done once an hour. Raises redis.RedisError."""
    if Hour.objects.filter(at=last_ended(now)).exists():
        return Carried(0, 0)
    Alarm.objects.filter(resolved_at__lt=now - KEPT_FOR).delete()
    Event.objects.filter(at__lt=now - KEPT_FOR).delete()
    return Carried(roll_up(now), forget(now))
