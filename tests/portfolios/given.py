"""What tests of portfolios and charts are given: instruments with bars and quotes, transactions, jobs that are run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import F

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio, ProposedDividend, Transaction
from portfolios.pages.dashboard import Dashboard, dashboard
from portfolios.services.rebuilds import request_rebuild
from pricing.market.bars import RECORD, day_number
from pricing.models import Instrument, Quote, Split, TradingSession
from pricing.packed import merge
from stocktracker.jobs.models import Job
from stocktracker.jobs.running import run_job
from stocktracker.tasks import rebuild

WORDS = {"currency", "account", "note", "external_id"}
NOW = datetime(2024, 6, 5, 15, 0, tzinfo=UTC)  # a Wednesday; New York has been trading for an hour and a half


def listed(symbol: str, currency: str = "USD", calendar: str = "XNYS", **fields: object) -> Instrument:
    """An instrument whose history has been fetched."""
    plain = {"status": Instrument.Status.ACTIVE, "fetched_at": NOW, "name": f"{symbol} plc"}
    return Instrument.objects.create(symbol=symbol, currency=currency, calendar=calendar, **plain | fields)


def bars(instrument: Instrument, closes: Mapping[str, float], adjusted: Mapping[str, float] | None = None) -> None:
    """{day: close}; the instrument's revision rises."""
    rows = [
        (instrument.pk, day_number(date.fromisoformat(day)), close, close, close, close, (adjusted or closes)[day], 1)
        for day, close in closes.items()
    ]
    merge(np.array(rows, dtype=RECORD))
    Instrument.objects.filter(pk=instrument.pk).update(revision=F("revision") + 1)


def quote(instrument: Instrument, price: str, previous: str | None = None, at: datetime = NOW) -> Quote:
    """Fetched when it was made."""
    before = Decimal(previous) if previous else None
    return Quote.objects.create(
        instrument=instrument, price=Decimal(price), previous_close=before, at=at, fetched_at=at
    )


def split(instrument: Instrument, day: str, new: int, old: int = 1) -> None:
    Split.objects.create(
        instrument=instrument, ex_date=date.fromisoformat(day), numerator=Decimal(new), denominator=Decimal(old)
    )


def sessions(calendar: str = "XNYS") -> None:
    """Monday to Friday of the week of NOW, 13:30 to 20:00 UTC."""
    monday = datetime(2024, 6, 3, 13, 30, tzinfo=UTC)
    TradingSession.objects.bulk_create(
        TradingSession(
            calendar=calendar,
            session=(opens := monday + timedelta(days=number)).date(),
            opens_at=opens,
            closes_at=opens + timedelta(hours=6.5),
        )
        for number in range(5)
    )


def typed(
    portfolio: Portfolio,
    kind: Kind,
    day: str,
    instrument: Instrument | None = None,
    quantity: str | None = None,
    **numbers: object,
) -> Transaction:
    """Straight into the database: the ledger's revision rises, no job is asked for. Numbers may be text."""
    money = {
        name: Decimal(value) if isinstance(value, str) and name not in WORDS else value
        for name, value in numbers.items()
    }
    row = Transaction.objects.create(
        portfolio=portfolio,
        kind=kind,
        date=date.fromisoformat(day),
        instrument=instrument,
        quantity=Decimal(quantity) if quantity else None,
        **money,
    )
    portfolio.ledger_revision += 1
    portfolio.save()
    return row


def proposed(portfolio: Portfolio, instrument: Instrument, day: str = "2024-03-14", **fields: Any) -> ProposedDividend:
    """Of ten shares at 0.485 each."""
    numbers = {"quantity": Decimal(10), "per_share": Decimal("0.485"), "amount": Decimal("4.85"), "currency": "USD"}
    return ProposedDividend.objects.create(
        portfolio=portfolio, instrument=instrument, ex_date=date.fromisoformat(day), **numbers | fields
    )


def rebuilt(portfolio: Portfolio) -> Job:
    """The rebuild job, asked for and run as a worker does."""
    return ran(request_rebuild(portfolio), rebuild)


def ran(job: Job, handler: Callable[..., None]) -> Job:
    """The job as it is after a worker had its message; a test's own transaction began before it was due."""
    Job.objects.filter(pk=job.pk).update(run_at=NOW)
    run_job(job.pk, handler, "charts")
    job.refresh_from_db()
    return job


def dashboard_of(portfolio: Portfolio, **later: float) -> Dashboard:
    return dashboard(Portfolio.objects.get(pk=portfolio.pk), NOW + timedelta(**later))
