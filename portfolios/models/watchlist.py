"""What somebody watches without owning it, and the prices he wants to be told of."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pricing.models import PRICE_DECIMALS, Instrument
from stocktracker import formats

ABOVE_NOTHING = [MinValueValidator(Decimal("0.0000000001"), _("A number above zero."))]
NOTE_LENGTH = 200


class Watched(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watched")
    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="+")
    note = models.CharField(_("Note"), max_length=NOTE_LENGTH, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["instrument__symbol"]
        constraints = [models.UniqueConstraint(fields=["user", "instrument"], name="watched_once")]

    def __str__(self) -> str:
        return str(self.instrument)


class Alert(models.Model):
    """Goes off once; armed again, once more. Prices from before it was armed do not count."""

    class Kind(models.TextChoices):
        ABOVE = "above", _("Price at or above")
        BELOW = "below", _("Price at or below")
        MOVE = "move", _("Day’s change of at least, in %")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alerts")
    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="+")
    kind = models.CharField(_("When"), max_length=5, choices=Kind.choices, default=Kind.ABOVE)
    threshold = models.DecimalField(
        _("Threshold"), max_digits=24, decimal_places=PRICE_DECIMALS, validators=ABOVE_NOTHING,
        help_text=_("a price as quoted, or percent"),
    )  # fmt: skip
    note = models.CharField(_("Note"), max_length=NOTE_LENGTH, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    active = models.BooleanField(default=True)
    armed_at = models.DateTimeField(default=timezone.now)
    triggered_at = models.DateTimeField(null=True, help_text="when we learnt of the price")
    triggered_price = models.DecimalField(max_digits=24, decimal_places=PRICE_DECIMALS, null=True)
    mailed_at = models.DateTimeField(null=True)
    seen = models.BooleanField(default=False)

    class Meta:
        ordering = ["threshold", "pk"]
        indexes = [
            models.Index(fields=["instrument"], name="alert_active", condition=Q(active=True)),
            models.Index(fields=["user"], name="alert_unseen", condition=Q(seen=False, triggered_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.condition}"

    @property
    def condition(self) -> str:
        """≥ $200.00, ≤ $150.00, or ± 5% a day."""
        if self.kind == self.Kind.MOVE:
            return gettext("± %(rate)s in a day") % {"rate": self.rate}
        sign = "≥" if self.kind == self.Kind.ABOVE else "≤"
        return f"{sign} {formats.price(self.threshold, self.instrument.currency)}"

    @property
    def rate(self) -> str:
        """Its threshold as percent; a whole one without decimals."""
        digits = 0 if self.threshold == int(self.threshold) else 2
        return formats.percent(self.threshold / 100, digits, signed=False)

    @property
    def sentence(self) -> str:
        """What has happened; of one that went off."""
        price = formats.price(self.triggered_price, self.instrument.currency)
        told = {
            self.Kind.ABOVE: gettext("%(symbol)s is at %(price)s, at or above %(threshold)s"),
            self.Kind.BELOW: gettext("%(symbol)s is at %(price)s, at or below %(threshold)s"),
            self.Kind.MOVE: gettext("%(symbol)s is at %(price)s: it has moved by %(rate)s or more in a day"),
        }[self.Kind(self.kind)]
        threshold = formats.price(self.threshold, self.instrument.currency)
        return told % {"symbol": self.instrument, "price": price, "threshold": threshold, "rate": self.rate}

    def is_met_at(self, price: Decimal) -> bool:
        """Whether it would go off at once; what a day brings is not known before."""
        if self.kind == self.Kind.MOVE:
            return False
        return price >= self.threshold if self.kind == self.Kind.ABOVE else price <= self.threshold
