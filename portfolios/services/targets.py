"""Set the targets of an allocation, and the labels of instruments."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction

from portfolios.models import Label, Portfolio, Target


def set_targets(portfolio: Portfolio, dimension: str, weights: Mapping[str, Decimal]) -> None:
    """These and no others, of one dimension."""
    with transaction.atomic():
        Portfolio.objects.select_for_update().get(pk=portfolio.pk)
        portfolio.targets.filter(dimension=dimension).delete()
        rows = [Target(portfolio=portfolio, dimension=dimension, name=n, weight=w) for n, w in weights.items()]
        Target.objects.bulk_create(rows)


def set_labels(user: User, dimension: str, names: Mapping[int, str]) -> None:
    """Of these instruments; an empty name takes the label away."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Label.objects.filter(user=user, dimension=dimension, instrument__in=names).delete()
        rows = [Label(user=user, dimension=dimension, instrument_id=pk, name=n) for pk, n in names.items() if n]
        Label.objects.bulk_create(rows)
