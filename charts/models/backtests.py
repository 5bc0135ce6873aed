"""Backtests: what was asked and what came of it; strategies somebody saved; links that show a result to anybody."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, QuerySet

KEY_LENGTH = 64  # SHA-256 in hex
NAME_LENGTH = 80
PATIENCE = timedelta(days=1)  # with a source that does not answer for prices a backtest waits for


class Backtests(models.QuerySet["Backtest"]):
    def seen_by(self, user: Any) -> QuerySet[Backtest]:
        """Whoever asks the same of public prices gets the same row; what is made of somebody's own is his."""
        return self.filter(Q(owner=None) | Q(owner=user))

    def waiting(self) -> QuerySet[Backtest]:
        return self.filter(computed_at=None)


class Backtest(models.Model):
    """One request with the prices of one moment. The key is made of both, so equal questions meet in one row."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", help_text="of private prices or payments"
    )
    request = models.JSONField(help_text="as charts.backtests.request.as_data writes it")
    revisions = models.JSONField(help_text="{symbol: revision} of its prices, exchange rates and benchmark")
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(help_text="when somebody last looked, to the day")
    computed_at = models.DateTimeField(null=True, help_text="null: it waits for prices or for a worker")
    problem = models.JSONField(null=True, help_text="why there is no result: path, message, template, values")
    became = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="+", help_text="prices had moved on: the row they gave"
    )
    report = models.JSONField(null=True, help_text="figures, years, notes: charts.backtests.result")
    curves = models.BinaryField(null=True, help_text="JSON of charts.series.encode, gzipped")
    trades = models.BinaryField(null=True, help_text="JSON rows, gzipped")
    timings = models.JSONField(null=True, help_text="{step: milliseconds}")
    layers = models.JSONField(null=True, help_text="{memory, database: how many instruments came from there}")

    objects = Backtests.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["revisions"], name="backtest_revisions"),
            models.Index(fields=["read_at"], name="backtest_read"),
            models.Index(fields=["asked_at"], condition=Q(computed_at=None), name="backtest_waiting"),
        ]

    def __str__(self) -> str:
        return self.key[:12]

    @property
    def is_there(self) -> bool:
        """Asks for no heavy column."""
        return self.computed_at is not None and self.problem is None and self.became_id is None

    @property
    def is_waiting(self) -> bool:
        return self.computed_at is None

    @property
    def tag(self) -> str:
        """It never changes once it is there."""
        return f"{self.key[:20]}-{'there' if self.is_there else 'waiting'}"

    @property
    def is_open_ended(self) -> bool:
        return self.request["end"] is None


class Asked(models.Model):
    """Who asked for which result, for the list of one's latest."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    backtest = models.ForeignKey(Backtest, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "backtest"], name="asked_once")]


class Study(models.Model):
    """What takes longer, of a result that is there: a map of parameters, the luck of the start date."""

    class Kind(models.TextChoices):
        MAP = "map"
        LUCK = "luck"

    backtest = models.ForeignKey(Backtest, models.CASCADE, related_name="studies")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    over = models.JSONField(default=dict, help_text="{parameter: values} of a map")
    key = models.CharField(max_length=KEY_LENGTH, help_text="of what it is over")
    asked_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    problem = models.JSONField(null=True)
    report = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["backtest", "kind", "key"], name="study_once")]


class Strategy(models.Model):
    """A request somebody saved: after each close it is computed again, and goes on beyond the day it was saved."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="strategies")
    name = models.CharField(max_length=NAME_LENGTH)
    request = models.JSONField()
    saved_on = models.DateField(help_text="what comes after this day nobody knew when the rules were chosen")
    result = models.ForeignKey(Backtest, models.RESTRICT, related_name="strategies", help_text="the latest")
    divided = models.JSONField(null=True, help_text="figures up to that day and after it: charts.backtests.statistics")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="strategy_name_once")]

    def __str__(self) -> str:
        return self.name


def new_token() -> str:
    return token_urlsafe(24)


class Share(models.Model):
    """A link that shows one result to whoever has it, until it is withdrawn."""

    token = models.CharField(max_length=40, unique=True, default=new_token)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shares")
    backtest = models.ForeignKey(Backtest, models.RESTRICT, related_name="shares")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "backtest"], name="share_once")]
