"""Row 6: what ten thousand portfolios are worth after a tick, in one statement, against a loop over objects."""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from portfolios.live import totals
from portfolios.models import Holding, Portfolio
from portfolios.valuation import value_holding
from pricing.models import Quote

from .market import listed
from .timing import Aim, Measurement, Peer

PORTFOLIOS, HOLDINGS, INSTRUMENTS, BATCH = 10_000, 30, 500, 500
PEER = "a loop over the ORM's objects"
SAMPLE = 100  # portfolios the loop is measured on
CONSTANTS = "UPDATE portfolios_portfolio SET risk_free = 0 WHERE id = ANY(%s)"  # the least a stored total would cost


def filled(portfolios: int, holdings: int) -> list[int]:
    """Ids of portfolios that hold so many of the same instruments, each with a quote."""
    shares, now, chance = listed("L", max(INSTRUMENTS, holdings)), timezone.now(), random.Random(1)
    Quote.objects.bulk_create(
        Quote(instrument=share, price=Decimal(chance.randint(100, 90_000)) / 100, previous_close=Decimal(100),
              at=now, fetched_at=now)
        for share in shares
    )  # fmt: skip
    owner = User.objects.create(username="live")
    made = Portfolio.objects.bulk_create(Portfolio(owner=owner, name=f"{number}") for number in range(portfolios))
    money = {"cost": 1, "average_cost": 1, "realised": 0, "income": 0, "last_price": 1}
    for start in range(0, portfolios, BATCH):
        Holding.objects.bulk_create(
            Holding(portfolio=one, instrument=share, quantity=chance.randint(1, 500), **money)
            for one in made[start : start + BATCH]
            for share in chance.sample(shares, holdings)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE portfolios_holding, pricing_quote, pricing_instrument, portfolios_portfolio")
    return [one.pk for one in made]


def with_objects(portfolios: Iterable[int]) -> dict[int, Decimal]:
    """{portfolio: its value}, one after the other."""
    now, found = timezone.now(), {}
    for number in portfolios:
        held = Holding.objects.filter(portfolio=number).select_related("portfolio", "instrument__quote", "rate__quote")
        found[number] = sum((value_holding(one, {}, now, refused=False).value for one in held), Decimal(0))
    return found


def constants(portfolios: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CONSTANTS, [portfolios])


def measurement(portfolios: int = PORTFOLIOS, holdings: int = HOLDINGS) -> Measurement:
    numbers = filled(portfolios, holdings)
    sample = numbers[: min(SAMPLE, portfolios)]
    return Measurement(
        row="6",
        name=f"value {portfolios:,} portfolios of {holdings} holdings after a tick",
        work=lambda: totals(numbers),
        aim=Aim({PEER: 300.0}, limit=9.0),
        peers={PEER: Peer(lambda: with_objects(sample), share=len(sample) / len(numbers), turns=2)},
        limit=lambda: constants(numbers),
    )
