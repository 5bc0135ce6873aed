"""Prices that change all along: the market's clock goes on, and a worker is asked for new quotes again and again."""

from __future__ import annotations

import math
import threading
from datetime import datetime, timedelta

from django.db import connection

from portfolios.models import Holding
from pricing.market.calendar import ALWAYS, CURRENCIES
from pricing.models import Instrument, TradingSession
from pricing.selectors import calendars_in_use
from pricing.simulator.control import Market
from pricing.upstream.client import SYMBOLS_PER_REQUEST
from stocktracker.jobs.models import Job
from stocktracker.jobs.services import enqueue

KIND, KEY = "pricing.refresh_quotes", "load"
ONE_REQUEST = ("stocktracker.backfill", "stocktracker.after_close")  # of the demo's few instruments of an exchange
EVERY = 5.0  # seconds: sixty times as often as while an exchange trades, so that a minute is worth an hour
OPEN_SINCE, OPEN_FOR = timedelta(hours=1), timedelta(hours=6)


class Trading(threading.Thread):
    """One minute of the market, and one refresh of all that is held, every few seconds until it is told to end."""

    def __init__(self, market: Market) -> None:
        super().__init__(daemon=True)
        self._market, self._over = market, threading.Event()

    def run(self) -> None:
        while not self._over.wait(EVERY):
            trade(self._market)
        connection.close()

    def end(self) -> None:
        self._over.set()
        self.join()


def trade(market: Market) -> Job:
    """A worker that has not done with the last refresh is not asked for another."""
    market.advance(minutes=1)
    held = Holding.objects.order_by().values_list("instrument", flat=True).distinct()
    rates = Holding.objects.exclude(rate=None).order_by().values_list("rate", flat=True).distinct()
    symbols = Instrument.objects.filter(pk__in=[*held, *rates]).order_by("symbol").values_list("symbol", flat=True)
    return enqueue(KIND, key=KEY, priority=4, symbols=list(symbols))


def open_exchanges(now: datetime) -> None:
    """Whatever day it is, all exchanges in use are in the middle of a session."""
    for calendar in set(calendars_in_use()) - {ALWAYS, CURRENCIES}:
        hours = {"opens_at": now - OPEN_SINCE, "closes_at": now + OPEN_FOR}
        TradingSession.objects.update_or_create(calendar=calendar, session=now.date(), defaults=hours)


def asked_by_workers(since: datetime) -> int:
    """Requests to the source that workers' own jobs begun since then must have made: those no person asked for."""
    begun = Job.objects.filter(started_at__gte=since, requested_by=None)
    refreshes = begun.filter(kind=KIND).values_list("args", flat=True)
    quotes = sum(math.ceil(len(args["symbols"]) / SYMBOLS_PER_REQUEST) for args in refreshes)
    return quotes + begun.filter(kind__in=ONE_REQUEST).count()
