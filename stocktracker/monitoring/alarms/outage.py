"""The one alarm that cannot be stored: the database is away. A web process remembers it and tells it outside."""

from __future__ import annotations

import logging
from datetime import datetime

import redis

from stocktracker.monitoring.models import Alarm
from stocktracker.redis import store

from .notifying import tell_without_database
from .rules import RULES

log = logging.getLogger(__name__)

TOLD, AN_HOUR = "alarms:database", 3600  # seconds; other web processes need not tell it, too
RULE = RULES["database"]


class Outage:
    """As this process saw it; nothing of it is ever stored."""

    def __init__(self) -> None:
        self._alarm: Alarm | None = None

    @property
    def is_known(self) -> bool:
        """Whether it began and has not ended."""
        return self._alarm is not None

    def goes_on(self, reason: str, now: datetime) -> None:
        """Told once its patience is over, by the first of the processes."""
        log.warning("nobody looked for alarms: %s", reason)
        if self._alarm is None:
            self._alarm = Alarm(rule=RULE.name, facts={"text": reason.strip()}, since=now)
        self._alarm.seen_at = now
        if self._alarm.fired_at is None and now - self._alarm.since >= RULE.patience:
            self._alarm.fired_at = now
            if _first():
                tell_without_database(self._alarm)

    def over(self, now: datetime) -> None:
        """Whoever told of its beginning tells of its end, too."""
        ended, self._alarm = self._alarm, None
        if ended is None or not ended.told:
            return
        ended.resolved_at = now
        tell_without_database(ended)
        try:
            store().delete(TOLD)
        except redis.RedisError as error:
            log.info("others may not tell of the next outage for a while: %s", error)


def _first() -> bool:
    try:
        return bool(store().set(TOLD, 1, nx=True, ex=AN_HOUR))
    except redis.RedisError:
        return True


outage = Outage()
