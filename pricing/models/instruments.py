"""Instruments, their daily bars, quotes, corporate actions, findings and corrections; sessions of exchanges."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from pricing.market.quality import Kind

PRICE_DECIMALS = 10  # one dong is 0.0000394 dollars
NAME_LENGTH = 200
TOPIC_LENGTH = 80  # characters of a sector, an industry, a country
FINDING_LENGTH = 300  # characters of one sentence


class Instrument(models.Model):
    """Something with a price: a share, a fund, a coin, an index, or a rate (EURUSD=X is what one euro costs)."""

    class Status(models.TextChoices):
        NEW = "new", gettext_lazy("waiting for its first prices")
        ACTIVE = "active", gettext_lazy("priced")
        UNKNOWN = "unknown", gettext_lazy("not known to the price source")
        MANUAL = "manual", gettext_lazy("priced by hand or from files")
        DELISTED = "delisted", gettext_lazy("no longer quoted")

    NEVER_ASKED: ClassVar[tuple[str, ...]] = (Status.UNKNOWN, Status.MANUAL, Status.DELISTED)  # for quotes, by schedule

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
    asked_at = models.DateTimeField(null=True, blank=True, help_text="when it was last asked for, whatever came")
    checked_to = models.DateField(null=True, blank=True, help_text="its last session: later bars are of quotes")
    strikes = models.PositiveSmallIntegerField(default=0, help_text="days on which the source did not know it")
    struck_on = models.DateField(null=True, blank=True, help_text="the last of these days")
    sector = models.CharField(max_length=TOPIC_LENGTH, blank=True, default="")
    industry = models.CharField(max_length=TOPIC_LENGTH, blank=True, default="")
    country = models.CharField(max_length=TOPIC_LENGTH, blank=True, default="")
    described_at = models.DateTimeField(null=True, blank=True, help_text="when its sector was asked for")
    second_source = models.CharField(
        max_length=20, blank=True, default="", help_text="asked for missing days while the first does not answer"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", help_text="of a manual one"
    )

    class Meta:
        ordering = ["symbol"]

    def __str__(self) -> str:
        return self.symbol

    @property
    def known_currency(self) -> str:
        """Empty until a history has said it: a first quote may have been wrong."""
        return "" if self.status == self.Status.NEW else self.currency


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


class Correction(models.Model):
    """A close that a person knows better than the source: laid over every history that is fetched."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="corrections")
    session = models.DateField()
    close = models.FloatField(help_text="as entered: adjusted for the splits known then")
    shares = models.FloatField(default=1, help_text="what one share of that day had become by those splits")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instrument", "session"], name="correction_once")]

    def __str__(self) -> str:
        return f"{self.instrument} {self.session}: {self.close:g}"


class Finding(models.Model):
    """Something about an instrument's prices that looks wrong: told, with what was refused; never corrected."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in Kind])
    day = models.DateField(help_text="on which it begins")
    message = models.CharField(max_length=FINDING_LENGTH)
    before = models.CharField(max_length=3, blank=True, default="", help_text="the currency before a change of it")
    value = models.FloatField(null=True, blank=True, help_text="the price that was refused, as stated")
    found_at = models.DateTimeField()
    ignored_at = models.DateTimeField(null=True, blank=True, help_text="when somebody said that it is all right")

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
    break_starts_at = models.DateTimeField(null=True, help_text="lunch, where the exchange has one")
    break_ends_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["calendar", "closes_at"], name="session_close")]


class Source(models.Model):
    """The one row that says which market this database's prices come from: simulated and live never mix."""

    market = models.CharField(max_length=10, unique=True)
