"""What the deployment remembers of itself: its numbers by the hour, what was wrong, what happened, how fast it was."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy


class Hour(models.Model):
    """One hour's numbers of one series, carried over from Redis when the hour has ended (metrics.series)."""

    at = models.DateTimeField(help_text="when the hour begins")
    series = models.CharField(max_length=200)
    numbers = models.JSONField(help_text="a count, or {bucket: count} with the sum of microseconds as «us»")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "at"], name="hour_of_a_series")]
        indexes = [models.Index(fields=["at"], name="hour_at")]

    def __str__(self) -> str:
        return f"{self.series} at {self.at:%Y-%m-%d %H:%M}"


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def open(self) -> AlarmQuerySet:
        """What is so now, fired or not yet."""
        return self.filter(resolved_at=None)

    def firing(self) -> AlarmQuerySet:
        return self.open().exclude(fired_at=None)


class Alarm(models.Model):
    """Something that is wrong with the deployment, from when it was first seen until it had gone.

    Not to be confused with a price alert (portfolios.models.Alert), which is about a market.
    """

    rule = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True, default="", help_text="which page, source or exchange")
    facts = models.JSONField(default=dict, help_text="the numbers its sentence names")
    since = models.DateTimeField(help_text="when it was first found to be so")
    seen_at = models.DateTimeField(help_text="when it was last found to be so")
    fired_at = models.DateTimeField(null=True, blank=True, help_text="empty: it may still pass by itself")
    resolved_at = models.DateTimeField(null=True, blank=True)
    told = models.JSONField(default=dict, help_text="{channel: fired or resolved}, what it was told last")

    objects: ClassVar[AlarmQuerySet] = AlarmQuerySet.as_manager()  # type: ignore[assignment]  # a manager that is one

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject"], condition=Q(resolved_at=None), name="one_alarm_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}".strip()


class Event(models.Model):
    """Something that happened to the deployment and leaves no row of its own elsewhere."""

    class Kind(models.TextChoices):
        RELEASE = "release", gettext_lazy("release")
        WORKER = "worker", gettext_lazy("worker")
        BACKUP = "backup", gettext_lazy("backup")
        WAKING = "waking", gettext_lazy("waking up")

    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=40, help_text="which sentence tells it")
    facts = models.JSONField(default=dict, help_text="what its sentence names")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["-at"], name="event_at")]

    def __str__(self) -> str:
        return f"{self.code} at {self.at:%Y-%m-%d %H:%M}"


class PerfRun(models.Model):
    """One run of `manage.py perf --save`."""

    at = models.DateTimeField()
    version = models.CharField(max_length=40)
    machine = models.CharField(max_length=200, help_text="processors and Python it ran on")
    rows = models.JSONField(help_text="as `manage.py perf --json` prints them")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"perf of {self.at:%Y-%m-%d %H:%M}"
