"""Make a portfolio."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from portfolios.models import Portfolio
from pricing.services.instruments import ensure_instruments

BENCHMARK = "SPY"  # what a new portfolio is compared with


def create_portfolio(owner: User, name: str, base_currency: str, *, tracks_cash: bool) -> Portfolio:
    """With a benchmark, whose history is fetched if nobody had it yet."""
    with transaction.atomic():
        benchmark = ensure_instruments([BENCHMARK], requested_by_id=owner.pk)[BENCHMARK]
        return Portfolio.objects.create(
            owner=owner, name=name, base_currency=base_currency, tracks_cash=tracks_cash, benchmark=benchmark
        )
