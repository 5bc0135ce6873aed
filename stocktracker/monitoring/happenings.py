"""The log of events: what happened to the deployment, from all the rows that tell of it, the latest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from pricing.models import BreakerTransition
from stocktracker.jobs.models import Job, State

from .alarms.wording import sentence as of_alarm
from .alarms.wording import title
from .events import sentence as of_event
from .models import Alarm, Event

MOST = 100


@dataclass(frozen=True, slots=True)
class Happening:
    at: datetime
    what: str  # a word
    tone: str  # a chip's class
    text: str
    job: int | None = None


def happenings(before: datetime, most: int = MOST) -> list[Happening]:
    """The latest of all kinds that happened before this moment. Five queries."""
    found = [*_events(before, most), *_alarms(before, most), *_breakers(before, most), *_failed_jobs(before, most)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _events(before: datetime, most: int) -> Iterable[Happening]:
    for event in Event.objects.filter(at__lt=before)[:most]:
        yield Happening(event.at, event.get_kind_display(), "", of_event(event))


def _alarms(before: datetime, most: int) -> Iterable[Happening]:
    for alarm in Alarm.objects.filter(fired_at__lt=before).order_by("-fired_at")[:most]:
        yield Happening(alarm.fired_at or before, _("alarm"), "loss", f"{title(alarm)}: {of_alarm(alarm)}")
    for alarm in Alarm.objects.filter(resolved_at__lt=before).order_by("-resolved_at")[:most]:
        yield Happening(alarm.resolved_at or before, _("resolved"), "fresh", f"{title(alarm)}: {of_alarm(alarm)}")


def _breakers(before: datetime, most: int) -> Iterable[Happening]:
    changes = BreakerTransition.objects.filter(at__lt=before).select_related("breaker")
    for change in changes[:most]:
        tone = "fresh" if change.after == "closed" else "cached"
        text = f"{change.breaker}: {change.before} → {change.after}. {change.reason}".strip()
        yield Happening(change.at, _("breaker"), tone, text)


def _failed_jobs(before: datetime, most: int) -> Iterable[Happening]:
    jobs = Job.objects.filter(state=State.FAILED, finished_at__lt=before).order_by("-finished_at")
    for job in jobs[:most]:
        yield Happening(job.finished_at or before, _("failed job"), "loss", f"{job.title}: {job.error}", job.pk)
