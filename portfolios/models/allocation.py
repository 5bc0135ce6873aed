"""What an owner wants the allocation to be, and where instruments belong that no source describes."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from pricing.models import Instrument

from .portfolio import Portfolio

NAME_LENGTH = 80


class Target(models.Model):
    """Of one group of one dimension (portfolios.grouping), as a fraction of the whole."""

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="targets")
    dimension = models.CharField(max_length=8)
    name = models.CharField(max_length=NAME_LENGTH)
    weight = models.DecimalField(
        max_digits=6, decimal_places=5, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portfolio", "dimension", "name"], name="target_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.weight}"


class Label(models.Model):
    """The owner's own word for the group an instrument belongs to, in all portfolios."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="labels")
    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="+")
    dimension = models.CharField(max_length=8)
    name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "instrument", "dimension"], name="label_once")]

    def __str__(self) -> str:
        return self.name
