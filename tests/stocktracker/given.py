"""Instruments on a Friday evening, and the jobs that are asked for."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from portfolios.models import Holding, Portfolio, Transaction
from pricing.market.bars import records
from pricing.models import Instrument
from pricing.packed import merge
from pricing.simulator.prices import closes
from pricing.upstream.client import Bar as UpstreamBar
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run

Begin = Callable[..., Run]
Exchange = Callable[..., None]
Held = Callable[..., Holding]
THURSDAY, FRIDAY = date(2026, 11, 19), date(2026, 11, 20)
EVENING = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # half an hour after New York's close


def stock(symbol: str, *days: date, calendar: str = "XNYS", currency: str = "USD") -> Instrument:
    """Known to us, with the market's close as the bar of each of these days."""
    made = Instrument.objects.create(
        symbol=symbol, calendar=calendar, currency=currency, status=Instrument.Status.ACTIVE, fetched_at=EVENING
    )
    prices = [float(closes(symbol, day, day)[1][0]) for day in days]
    bars = [UpstreamBar(day, price, price, price, price, price, 1) for day, price in zip(days, prices, strict=True)]
    merge(records(made.pk, bars))
    return made


def hold(portfolio: Portfolio, instrument: Instrument) -> None:
    Transaction.objects.create(
        portfolio=portfolio, date=THURSDAY, kind="buy", instrument=instrument, quantity=1, price=1, currency="USD"
    )


def rebuilds() -> int:
    return Job.objects.filter(kind="stocktracker.rebuild", state=State.QUEUED).count()


def backfills() -> set[str]:
    return {job.args["symbol"] for job in Job.objects.filter(kind="stocktracker.backfill", state=State.QUEUED)}
