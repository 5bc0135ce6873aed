"""Job: one unit of background work. The row is the truth; Celery and Redis only hurry it along."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from .kinds import find_kind

if TYPE_CHECKING:
    from datetime import datetime


EXCEPTION = re.compile(r"\w+: ")  # how the text of one begins: its name


class State(models.TextChoices):
    QUEUED = "queued", gettext_lazy("waiting")  # due at run_at; a worker may claim it
    RUNNING = (
        "running",
        gettext_lazy("running"),
    )  # a worker holds its advisory lock, or has died and the sweep will notice
    PARTS = "parts", gettext_lazy("in parts")  # its own work is committed, the jobs it asked for have not all ended
    DONE = "done", gettext_lazy("done")  # its effects were committed together with this word
    FAILED = "failed", gettext_lazy("failed")  # max_attempts are used up; the reason is in `error`
    CANCELLED = "cancelled", gettext_lazy("cancelled")  # somebody said no before its end was committed


UNDER_WAY = [State.QUEUED, State.RUNNING, State.PARTS]
ENDED = [State.DONE, State.FAILED, State.CANCELLED]


class JobQuerySet(models.QuerySet["Job"]):
    def under_way(self) -> JobQuerySet:
        return self.filter(state__in=UNDER_WAY)

    def due(self, now: datetime) -> JobQuerySet:
        return self.filter(state=State.QUEUED, run_at__lte=now)


class Job(models.Model):
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True, default="", help_text="what it is about, for its title")
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
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children", db_index=False)
    parts = models.PositiveIntegerField(default=0, help_text="jobs it asked for, counted when it committed them")
    portfolio_id = models.BigIntegerField(null=True, blank=True, help_text="whose page shows it, if anyone's")
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
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
            models.Index(fields=["parent", "state"], condition=Q(parent__isnull=False), name="job_parent"),
            models.Index(fields=["parent"], condition=Q(state__in=["queued", "running", "parts"]), name="job_parts"),
            models.Index(fields=["requested_by", "-id"], name="job_mine"),
            models.Index(fields=["kind", "-id"], name="job_kind"),
            models.Index(
                fields=["kind", "finished_at"], condition=Q(state__in=["failed", "cancelled"]), name="job_in_vain"
            ),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="job_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (job {self.pk})"

    @property
    def title(self) -> str:
        """What the work is, in the reader's words: «History of AAPL»; a row of another version may miss an argument."""
        kind = find_kind(self.kind)
        if kind is None:
            return self.kind
        told = defaultdict(lambda: "…", self.args | {"subject": self.subject})
        return gettext(kind.title).format_map(told).strip()

    @property
    def reason(self) -> str:
        """The error for people who do not run the deployment: our own sentences as they are, no exception's text.

        What an exception says may name a proxy's password or somebody else's row.
        """
        if not EXCEPTION.match(self.error):
            return self.error
        return gettext("It failed; whoever runs this deployment can see why.")


class KindDay(models.Model):
    """One day's (UTC) ended jobs of one kind, kept when the rows themselves are forgotten."""

    kind = models.CharField(max_length=60)
    day = models.DateField()
    done = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    cancelled = models.PositiveIntegerField()
    retried = models.PositiveIntegerField(help_text="of those done, with more than one attempt")
    p50_seconds = models.FloatField(null=True, help_text="of the last attempt, jobs done; empty: none was")
    p95_seconds = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "day"], name="kind_day")]
        ordering = ["-day", "kind"]

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}"
