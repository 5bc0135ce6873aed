"""The sources of prices as all workers share them: one pace a source, one breaker for each family of its answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, NullIf

from pricing.upstream.circuit import OPEN_SECONDS, Circuit, Forced, State
from pricing.upstream.client import PRIMARY, Family
from pricing.upstream.pacing import Pace

REASON_LENGTH = 300  # characters of why a breaker changed
SOURCE_LENGTH = 20  # characters of a source's name


class Upstream(models.Model):
    """What one source was asked so far: pricing.upstream.pacing, stored."""

    name = models.CharField(max_length=SOURCE_LENGTH, primary_key=True)
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(null=True, blank=True)
    hour_started_at = models.DateTimeField(null=True, blank=True)
    hour_count = models.PositiveIntegerField(default=0)
    day_started_at = models.DateTimeField(null=True, blank=True)
    day_count = models.PositiveIntegerField(default=0)

    FIELDS: ClassVar[tuple[str, ...]] = tuple(Pace.__dataclass_fields__)

    class Meta:
        verbose_name = "price source"

    def __str__(self) -> str:
        return self.name

    @property
    def pace(self) -> Pace:
        return Pace(**{name: getattr(self, name) for name in self.FIELDS})

    @pace.setter
    def pace(self, pace: Pace) -> None:
        for name in self.FIELDS:
            setattr(self, name, getattr(pace, name))

    @classmethod
    def locked(cls, name: str) -> Upstream:
        """The row, made if missing, locked until the caller's transaction ends; before any of its breakers."""
        cls.objects.get_or_create(name=name)
        return cls.objects.select_for_update().get(name=name)


class BreakerQuerySet(models.QuerySet["Breaker"]):
    def why_refused(
        self, now: datetime, family: Family = Family.QUOTE, source: str = PRIMARY
    ) -> models.QuerySet[Breaker, str]:
        """The reason, if a call would be refused now: circuit.Circuit.ask in SQL, for pages."""
        waiting = Q(state=State.OPEN, open_until__gt=now) | Q(state=State.HALF_OPEN, probe_until__gt=now)
        why = Coalesce(NullIf("reason", Value("")), Value("paused by an administrator"))
        mine = self.filter(source=source, family=family)
        return (
            mine.filter(Q(forced=Forced.OPEN) | Q(waiting, forced="")).annotate(why=why).values_list("why", flat=True)
        )


class Breaker(models.Model):
    """Whether one family of a source's answers may be asked for: pricing.upstream.circuit, stored."""

    source = models.CharField(max_length=SOURCE_LENGTH)
    family = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Family])
    state = models.CharField(max_length=9, choices=[(one.value, one.value) for one in State], default=State.CLOSED)
    forced = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Forced], blank=True, default="")
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="")
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    failed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    open_until = models.DateTimeField(null=True, blank=True)
    open_seconds = models.FloatField(default=OPEN_SECONDS)
    probe_until = models.DateTimeField(null=True, blank=True)
    generation = models.PositiveIntegerField(default=0)
    window_started_at = models.DateTimeField(null=True, blank=True)
    window_calls = models.PositiveIntegerField(default=0)
    window_failures = models.PositiveIntegerField(default=0)

    objects: ClassVar[BreakerQuerySet] = BreakerQuerySet.as_manager()  # type: ignore[assignment]  # a manager that is one

    FIELDS: ClassVar[tuple[str, ...]] = tuple(Circuit.__dataclass_fields__)

    class Meta:
        ordering = ["source", "family"]
        constraints = [models.UniqueConstraint(fields=["source", "family"], name="one_breaker_a_family")]

    def __str__(self) -> str:
        return f"{self.source}: {self.family}"

    @property
    def circuit(self) -> Circuit:
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.FIELDS}
        forced = Forced(self.forced) if self.forced else None
        return Circuit(**fields | {"state": State(self.state), "forced": forced})

    @circuit.setter
    def circuit(self, circuit: Circuit) -> None:
        for name in self.FIELDS:
            setattr(self, name, getattr(circuit, name))
        self.forced = circuit.forced or ""

    @classmethod
    def locked(cls, source: str, family: Family | str) -> Breaker:
        """The row, made if missing, locked until the caller's transaction ends."""
        cls.objects.get_or_create(source=source, family=family)
        return cls.objects.select_for_update().get(source=source, family=family)

    def move(self, after: Circuit, now: datetime) -> None:
        """Stores the circuit, and a transition if its state changed."""
        before, self.circuit = self.circuit, after
        if before == after:
            return
        self.save()
        if (before.state, before.forced) != (after.state, after.forced):
            self.transitions.create(
                at=now,
                before=before.forced or before.state,
                after=after.forced or after.state,
                reason=after.reason[:REASON_LENGTH],
            )


class BreakerTransition(models.Model):
    """One change of a breaker: when, from what to what, and why."""

    breaker = models.ForeignKey(Breaker, models.CASCADE, related_name="transitions")
    at = models.DateTimeField()
    before = models.CharField(max_length=9)
    after = models.CharField(max_length=9)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        ordering = ["-id"]
