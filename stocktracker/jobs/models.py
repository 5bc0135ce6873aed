"""Job: one unit of background work. The row is the truth; Celery and Redis only hurry it along."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .kinds import find_kind

if TYPE_CHECKING:
    from datetime import datetime


class State(models.TextChoices):
    QUEUED = "queued", "waiting"  # due at run_at; a worker may claim it
    RUNNING = "running", "running"  # a worker holds its advisory lock, or has died and the sweep will notice
    DONE = "done", "done"  # its effects were committed together with this word
    FAILED = "failed", "failed"  # max_attempts are used up; the reason is in `error`
    CANCELLED = "cancelled", "cancelled"  # somebody said no before it started


UNDER_WAY = [State.QUEUED, State.RUNNING]


class JobQuerySet(models.QuerySet["Job"]):
    def under_way(self) -> JobQuerySet:
        return self.filter(state__in=UNDER_WAY)

    def due(self, now: datetime) -> JobQuerySet:
        return self.filter(state=State.QUEUED, run_at__lte=now)


class Job(models.Model):
    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict, blank=True)
    key = models.CharField(  # noqa: DJ001 — null keys never collide
        max_length=160, null=True, blank=True, help_text="same key = same work, not twice at once"
    )
    once = models.BooleanField(default=False, help_text="the key is used up for ever: one run per market session")
    queue = models.CharField(max_length=20)
    priority = models.SmallIntegerField(default=5, help_text="1 first, 10 last")
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    max_attempts = models.SmallIntegerField(default=5)
    run_at = models.DateTimeField(default=timezone.now)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    portfolio_id = models.BigIntegerField(null=True, blank=True, help_text="whose page shows it, if anyone's")
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="when a worker was last told about it")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Job]] = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="job_key", condition=Q(state__in=["queued", "running"]) | Q(once=True)
            ),
            models.CheckConstraint(name="job_priority", condition=Q(priority__range=(1, 10))),
        ]
        indexes = [
            models.Index(fields=["queue", "priority", "id"], condition=Q(state="queued"), name="job_next"),
            models.Index(fields=["id"], condition=Q(state="running"), name="job_running"),
            models.Index(fields=["portfolio_id", "-id"], name="job_portfolio"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="job_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (job {self.pk})"

    @property
    def title(self) -> str:
        """What the work is, in the user's words: «History of AAPL»; a row of another version may miss an argument."""
        kind = find_kind(self.kind)
        return kind.title.format_map(defaultdict(lambda: "…", self.args)) if kind else self.kind
