"""Who waits for the price of an instrument: the order in which prices are fetched."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from pricing.market.plan import Rank

from .models import Alert, Holding, Portfolio, Watched
from .viewed import NOW, viewed_since


def ranks(now: datetime) -> dict[int, Rank]:
    """{instrument: its best rank} of all that is viewed, held, compared with or watched; nobody waits for the rest."""
    benchmarks = Portfolio.objects.exclude(benchmark=None).order_by().values_list("benchmark", flat=True).distinct()
    more = Portfolio.more_benchmarks.through.objects.order_by().values_list("instrument", flat=True).distinct()
    viewed = viewed_since(now - NOW)
    watched = (
        Watched.objects.order_by().values("instrument").union(Alert.objects.filter(active=True).values("instrument"))
    )
    found: dict[int, Rank] = dict.fromkeys(watched.values_list("instrument", flat=True), Rank.WATCHED)
    found |= dict.fromkeys([*benchmarks, *more], Rank.BENCHMARK)
    found |= dict.fromkeys(_in(Holding.objects.all()), Rank.HELD)
    found |= dict.fromkeys(_in(Holding.objects.filter(portfolio__in=viewed)) if viewed else [], Rank.VIEWED)
    return found


def _in(holdings: QuerySet[Holding]) -> list[int]:
    """What these are of, and the rates they are converted at."""
    shares = holdings.order_by().values_list("instrument", flat=True).distinct()
    rates = holdings.exclude(rate=None).order_by().values_list("rate", flat=True).distinct()
    return [*shares, *rates]
