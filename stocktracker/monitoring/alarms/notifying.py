"""Alarms are told outside: by mail and to a webhook, each its beginning and its end once per channel.

Of the end nobody hears before it has lasted: what comes and goes every minute is not worth a message each time.
"""

from __future__ import annotations

import json
import logging
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPException
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import connection
from django.db.models import Q
from django.utils.translation import override

from stocktracker.monitoring.models import Alarm

from .rules import CALM
from .wording import sentence, title

log = logging.getLogger(__name__)

FIRED, RESOLVED = "fired", "resolved"
LOCK = 7075 << 40  # an advisory lock: one tells at a time
TIMEOUT_SECONDS = 10
GIVEN_UP = timedelta(days=1)  # after its end: nobody wants to hear of it any more
Channel = Callable[[Alarm, str], None]


def notify(now: datetime) -> int:
    """How many messages went out. What a channel did not take is tried again the next minute."""
    with _alone() as alone:
        return _notify(now) if alone else 0


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else tells at this moment: without Redis everybody looks at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _notify(now: datetime) -> int:
    sent = 0
    gone = Q(resolved_at__gt=now - GIVEN_UP, resolved_at__lte=now - CALM)
    recent = Alarm.objects.exclude(fired_at=None).filter(Q(resolved_at=None) | gone)
    channels = _channels(_addresses())
    for alarm in recent.order_by("fired_at"):
        if told := tell(alarm, channels):
            alarm.save(update_fields=["told"])
            sent += told
    return sent


def tell_without_database(alarm: Alarm) -> int:
    """How many messages went out of an alarm that cannot be stored: by mail only to addresses that settings name."""
    return tell(alarm, _channels(settings.ALARM_EMAILS))


def tell(alarm: Alarm, channels: dict[str, Channel]) -> int:
    """On each channel that does not know of it yet; `alarm.told` says afterwards which do.

    A channel that lets us wait for nothing is taken out of `channels`: it would do so for each of many alarms.
    """
    state = RESOLVED if alarm.resolved_at else FIRED
    sent = 0
    for name in [name for name in channels if alarm.told.get(name) != state]:
        start = time.monotonic()
        if _send(name, channels[name], alarm, state):
            alarm.told[name] = state
            sent += 1
        elif time.monotonic() - start >= TIMEOUT_SECONDS / 2:
            del channels[name]
    return sent


def _channels(addresses: Sequence[str]) -> dict[str, Channel]:
    channels: dict[str, Channel] = {}
    if settings.EMAIL_HOST and addresses:
        channels["mail"] = partial(_mail, addresses)
    if settings.ALARM_WEBHOOK:
        channels["webhook"] = _post
    return channels


def _send(name: str, channel: Channel, alarm: Alarm, state: str) -> bool:
    try:
        with override(settings.LANGUAGE_CODE):
            channel(alarm, state)
    except (OSError, SMTPException, HTTPException, ValueError) as error:  # ValueError: an address that is none
        log.warning("the alarm «%s» was not told by %s: %s", alarm, name, error)
        return False
    return True


def _addresses() -> list[str]:
    if settings.ALARM_EMAILS:
        return list(settings.ALARM_EMAILS)
    staff = User.objects.filter(is_staff=True, is_active=True).exclude(email="")
    return list(staff.values_list("email", flat=True))


def _mail(addresses: Sequence[str], alarm: Alarm, state: str) -> None:
    subject = f"[MyStockTracker] {_head(alarm, state)}"
    lines = [sentence(alarm), f"Since {alarm.since:%Y-%m-%d %H:%M} UTC."]
    if alarm.resolved_at:
        lines.append(f"Resolved at {alarm.resolved_at:%Y-%m-%d %H:%M} UTC.")
    send_mail(subject, "\n\n".join(lines), settings.DEFAULT_FROM_EMAIL, addresses)


def _head(alarm: Alarm, state: str) -> str:
    return f"{'Resolved' if state == RESOLVED else 'Alarm'}: {title(alarm)}"


def _post(alarm: Alarm, state: str) -> None:
    """JSON, with `text` as chats expect it."""
    request = urllib.request.Request(  # noqa: S310 — the operator's own address; settings allow http and https only
        settings.ALARM_WEBHOOK,
        data=json.dumps(body(alarm, state)).encode(),
        headers={"Content-Type": "application/json", "User-Agent": f"MyStockTracker/{settings.VERSION}"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310 — likewise
        pass


def body(alarm: Alarm, state: str) -> dict[str, Any]:
    return {
        "text": f"{_head(alarm, state)}: {sentence(alarm)}",
        "state": state,
        "rule": alarm.rule,
        "subject": alarm.subject,
        "facts": alarm.facts,
        "since": alarm.since.isoformat(),
        "fired_at": alarm.fired_at.isoformat() if alarm.fired_at else None,
        "resolved_at": alarm.resolved_at.isoformat() if alarm.resolved_at else None,
    }
