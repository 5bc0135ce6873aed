"""Instruments, their daily bars, quotes, corporate actions and findings, sessions, and the upstream's state."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, NullIf

from .market.quality import Kind
from .upstream.circuit import OPEN_SECONDS, Circuit, Forced
from .upstream.circuit import State as CircuitState
from .upstream.pacing import Pace

REASON_LENGTH = 300  # characters of why a breaker changed
PRICE_DECIMALS = 10  # one dong is 0.0000394 dollars
NAME_LENGTH = 200
FINDING_LENGTH = 300  # characters of one sentence


class Instrument(models.Model):
    """Something with a price: a share, a fund, a coin, an index, or a rate (EURUSD=X is what one euro costs)."""

    class Status(models.TextChoices):
        NEW = "new", "waiting for its first prices"
        ACTIVE = "active", "priced"
        UNKNOWN = "unknown", "not known to the price source"
        MANUAL = "manual", "priced from files"

    NEVER_ASKED: ClassVar[tuple[str, ...]] = (Status.UNKNOWN, Status.MANUAL)  # of the price source, by a schedule

    symbol = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    quote_type = models.CharField(max_length=20, blank=True, default="", help_text="EQUITY, ETF, CURRENCY …")
    currency = models.CharField(max_length=3, blank=True, default="", help_text="as quoted: GBp is pence")
    exchange = models.CharField(max_length=10, blank=True, default="", help_text="the source's code")
    calendar = models.CharField(max_length=10, blank=True, default="", help_text="whose sessions it keeps")
    timezone = models.CharField(max_length=40, blank=True, default="")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.NEW)
    revision = models.PositiveIntegerField(default=0, help_text="rises whenever its bars or actions change")
    fetched_at = models.DateTimeField(null=True, blank=True, help_text="when the whole history was fetched")

    class Meta:
        ordering = ["symbol"]

    def __str__(self) -> str:
        return self.symbol


class Bar(models.Model):
    """One session's prices as the source gives them: split-adjusted as of `Instrument.fetched_at`."""

    pk = models.CompositePrimaryKey("instrument", "session")
    instrument = models.ForeignKey(Instrument, models.CASCADE, db_index=False)
    session = models.DateField()
    open = models.FloatField()
    high = models.FloatField()
    low = models.FloatField()
    close = models.FloatField()
    adjusted_close = models.FloatField()
    volume = models.BigIntegerField()


class Quote(models.Model):
    """The latest price of an instrument; one row each."""

    instrument = models.OneToOneField(Instrument, models.CASCADE, primary_key=True)
    price = models.DecimalField(max_digits=24, decimal_places=PRICE_DECIMALS)
    previous_close = models.DecimalField(max_digits=24, decimal_places=PRICE_DECIMALS, null=True)
    open = models.DecimalField(max_digits=24, decimal_places=PRICE_DECIMALS, null=True)
    high = models.DecimalField(max_digits=24, decimal_places=PRICE_DECIMALS, null=True)
    low = models.DecimalField(max_digits=24, decimal_places=PRICE_DECIMALS, null=True)
    volume = models.BigIntegerField(null=True)
    at = models.DateTimeField(help_text="when the market made this price")
    fetched_at = models.DateTimeField(help_text="when we asked")
    market_state = models.CharField(max_length=10, blank=True)


class Dividend(models.Model):
    instrument = models.ForeignKey(Instrument, models.CASCADE)
    ex_date = models.DateField()
    amount = models.DecimalField(
        max_digits=24, decimal_places=PRICE_DECIMALS, help_text="per share, in the instrument's currency"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instrument", "ex_date"], name="dividend_once")]


class Split(models.Model):
    """`numerator` new shares for `denominator` old ones."""

    instrument = models.ForeignKey(Instrument, models.CASCADE)
    ex_date = models.DateField()
    numerator = models.DecimalField(max_digits=12, decimal_places=4)
    denominator = models.DecimalField(max_digits=12, decimal_places=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instrument", "ex_date"], name="split_once")]


class Finding(models.Model):
    """Something about an instrument's history that looks wrong: told, never corrected. Of the last history only."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in Kind])
    day = models.DateField(help_text="on which it begins")
    message = models.CharField(max_length=FINDING_LENGTH)
    before = models.CharField(max_length=3, blank=True, default="", help_text="the currency before a change of it")
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["instrument", "day", "kind"]
        constraints = [models.UniqueConstraint(fields=["instrument", "kind", "day"], name="finding_once")]

    def __str__(self) -> str:
        return self.message


class TradingSession(models.Model):
    """One day on which an exchange trades, and when; made by workers, read by pages and by the timetable."""

    pk = models.CompositePrimaryKey("calendar", "session")
    calendar = models.CharField(max_length=10)
    session = models.DateField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["calendar", "closes_at"], name="session_close")]


class UpstreamQuerySet(models.QuerySet["Upstream"]):
    def why_refused(self, now: datetime) -> models.QuerySet[Upstream, str]:
        """The reasons of those that would refuse a call now: circuit.Circuit.ask in SQL, for pages."""
        waiting = Q(state=CircuitState.OPEN, open_until__gt=now) | Q(state=CircuitState.HALF_OPEN, probe_until__gt=now)
        why = Coalesce(NullIf("reason", Value("")), Value("paused by an administrator"))
        refusing = self.filter(Q(forced=Forced.OPEN) | Q(waiting, forced=""))
        return refusing.annotate(why=why).values_list("why", flat=True)


class Upstream(models.Model):
    """Breaker and pacing of one price source, shared by all workers: pricing.upstream.circuit and .pacing, stored."""

    name = models.CharField(max_length=20, primary_key=True)
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in CircuitState], default="closed")
    forced = models.CharField(max_length=9, choices=[(f.value, f.value) for f in Forced], blank=True, default="")
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="")
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    opened_at = models.DateTimeField(null=True, blank=True)
    open_until = models.DateTimeField(null=True, blank=True)
    open_seconds = models.FloatField(default=OPEN_SECONDS)
    probe_until = models.DateTimeField(null=True, blank=True)
    generation = models.PositiveIntegerField(default=0)
    window_started_at = models.DateTimeField(null=True, blank=True)
    window_calls = models.PositiveIntegerField(default=0)
    window_failures = models.PositiveIntegerField(default=0)
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(null=True, blank=True)
    hour_started_at = models.DateTimeField(null=True, blank=True)
    hour_count = models.PositiveIntegerField(default=0)
    day_started_at = models.DateTimeField(null=True, blank=True)
    day_count = models.PositiveIntegerField(default=0)

    objects: ClassVar[UpstreamQuerySet] = UpstreamQuerySet.as_manager()  # type: ignore[assignment]  # a manager that is one

    CIRCUIT: ClassVar[tuple[str, ...]] = tuple(Circuit.__dataclass_fields__)
    PACE: ClassVar[tuple[str, ...]] = tuple(Pace.__dataclass_fields__)

    class Meta:
        verbose_name = "price source"

    def __str__(self) -> str:
        return self.name

    @property
    def circuit(self) -> Circuit:
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.CIRCUIT}
        forced = Forced(self.forced) if self.forced else None
        return Circuit(**fields | {"state": CircuitState(self.state), "forced": forced})

    @circuit.setter
    def circuit(self, circuit: Circuit) -> None:
        for name in self.CIRCUIT:
            setattr(self, name, getattr(circuit, name))
        self.forced = circuit.forced or ""

    @property
    def pace(self) -> Pace:
        return Pace(**{name: getattr(self, name) for name in self.PACE})

    @pace.setter
    def pace(self, pace: Pace) -> None:
        for name in self.PACE:
            setattr(self, name, getattr(pace, name))

    @classmethod
    def locked(cls, name: str) -> Upstream:
        """The row, made if missing, locked until the caller's transaction ends."""
        cls.objects.get_or_create(name=name)
        return cls.objects.select_for_update().get(name=name)

    def move(self, after: Circuit, now: datetime) -> None:
        """Stores the circuit, and a transition if its state changed."""
        before, self.circuit = self.circuit, after
        self.save()
        if (before.state, before.forced) != (after.state, after.forced):
            self.transitions.create(
                at=now,
                before=before.forced or before.state,
                after=after.forced or after.state,
                reason=after.reason[:REASON_LENGTH],
            )


class UpstreamTransition(models.Model):
    """One change of a breaker, for the admin: when, from what to what, and why."""

    upstream = models.ForeignKey(Upstream, models.CASCADE, related_name="transitions")
    at = models.DateTimeField()
    before = models.CharField(max_length=9)
    after = models.CharField(max_length=9)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        ordering = ["-id"]


class Source(models.Model):
    """The one row that says which market this database's prices come from: simulated and live never mix."""

    market = models.CharField(max_length=10, unique=True)
