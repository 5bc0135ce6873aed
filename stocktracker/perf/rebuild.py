"""Row 5 and two larger portfolios: a rebuild from the database to the stored snapshot, against Django with pandas."""

from __future__ import annotations

import json
import resource
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd
from django.contrib.auth.models import User
from django.db import transaction

from charts.services.drawing import draw, store_chart
from portfolios import ledgers
from portfolios.accounting.entries import Entry
from portfolios.inputs import read_inputs
from portfolios.models import Portfolio, Snapshot, Transaction
from portfolios.services.snapshots import compute, store
from pricing import closes as kept_closes
from pricing.models import Bar, Instrument

from .market import stored
from .scenario import LAST_DAY, Size, closes, entries, sessions
from .timing import Aim, Measurement, Peer

SIZE, BATCH = Size(30, 300, 10), 200
LARGER = ((Size(200, 2_000, 10), 100.0), (Size(250, 20_000, 20), 500.0))  # and their aims in milliseconds
NOW = datetime(2026, 1, 1, 6, tzinfo=UTC)
KILOBYTE = 1024


@dataclass(frozen=True)
class Filled:
    """Portfolios of one size in the database, all on the same instruments."""

    size: Size
    portfolios: list[Portfolio]

    @classmethod
    def of(cls, size: Size, count: int = 1) -> Filled:
        prices = closes(size, seed=size.holdings)
        instruments = stored(size, prices)
        owner, _ = User.objects.get_or_create(username="perf")
        made = [
            _portfolio(owner, f"{size} #{number}", entries(size, prices, seed=number), instruments)
            for number in range(count)
        ]
        return cls(size, made)


def _portfolio(owner: User, name: str, booked: list[Entry], instruments: list[Instrument]) -> Portfolio:
    portfolio = Portfolio.objects.create(owner=owner, name=name, ledger_revision=1)
    Transaction.objects.bulk_create(
        Transaction(
            portfolio=portfolio,
            date=entry.date,
            kind=entry.kind,
            instrument=instruments[(entry.instrument or 1) - 1],
            quantity=entry.quantity or None,
            price=(entry.gross / entry.quantity if entry.quantity else None),
            amount=None if entry.quantity else entry.gross,
            fee=entry.fee,
        )
        for entry in booked
    )
    return portfolio


def rebuild(portfolio: Portfolio) -> bool:
    """As a worker does, without the job around it."""
    computed = compute(read_inputs(portfolio), LAST_DAY)
    payload = draw(computed)
    with transaction.atomic():
        stored = store(computed, NOW)
        store_chart(portfolio, payload, NOW)
    return stored


def with_pandas(portfolio: Portfolio) -> float:
    """As one would write it with the ORM: value, invested and index of every day, and the row saved. The value."""
    rows = portfolio.transactions.values_list("date", "kind", "instrument", "quantity", "price", "amount", "fee")
    frame = pd.DataFrame(list(rows), columns=["date", "kind", "instrument", "quantity", "price", "amount", "fee"])
    frame["date"] = pd.to_datetime(frame["date"])
    bars = Bar.objects.filter(instrument__in=frame["instrument"].unique().tolist())
    prices = pd.DataFrame(list(bars.values_list("session", "instrument", "close")), columns=["day", "id", "close"])
    table = prices.assign(day=pd.to_datetime(prices["day"])).pivot_table(index="day", columns="id", values="close")
    sign = frame["kind"].map({"buy": 1.0, "sell": -1.0}).fillna(0.0)
    frame["change"] = sign * frame["quantity"].astype(float).fillna(0.0)
    held = frame.pivot_table(index="date", columns="instrument", values="change", aggfunc="sum").reindex(table.index)
    held = held.fillna(0.0).cumsum()
    value = (held * table[held.columns]).sum(axis=1)
    gross = (frame["quantity"].astype(float) * frame["price"].astype(float)).fillna(frame["amount"].astype(float))
    flow = (sign * gross + frame["fee"].astype(float)).where(sign != 0, -gross)
    flows = flow.groupby(frame["date"]).sum().reindex(table.index, fill_value=0.0)
    begin = value.shift(fill_value=0.0) + flows.clip(lower=0)
    index = ((value + (-flows).clip(lower=0)) / begin.where(begin > 0)).fillna(1.0).cumprod()
    payload = {"value": value.round(2).tolist(), "index": index.round(6).tolist(), "paid": flows.cumsum().tolist()}
    Snapshot.objects.filter(portfolio=portfolio).update(figures=json.loads(json.dumps(payload)))
    return float(value.iloc[-1])


def one_query_for_each_day(portfolio: Portfolio, days: int) -> None:
    """The price of every holding on a day, asked for one by one; a sample of days."""
    held = list(portfolio.transactions.values_list("instrument", flat=True).distinct())
    for day in sessions(10)[-days:]:
        for instrument in held:
            bar = Bar.objects.filter(instrument=instrument, session__lte=day).order_by("-session").first()
            _ = Decimal(repr(bar.close)) if bar else None


def _price_only(filled: Filled) -> None:
    """Every night: new closes, the same ledgers."""
    for portfolio in filled.portfolios:
        rebuild(portfolio)


def measurement(size: Size = SIZE, batch: int = BATCH) -> Measurement:
    filled = Filled.of(size, batch)
    first, sampled_days = filled.portfolios[0], 2
    whole_history = len(sessions(size.years))
    return Measurement(
        row="5",
        name=f"rebuild and store, {size}, each of {batch}",
        work=lambda: _price_only(filled),
        aim=Aim({"Django with pandas": 150.0, "one query a holding and day (sampled)": 20_000.0}, milliseconds=1.3),
        peers={
            "Django with pandas": Peer(lambda: with_pandas(first), share=1 / batch),
            "one query a holding and day (sampled)": Peer(
                lambda: one_query_for_each_day(first, sampled_days), share=sampled_days / whole_history / batch, turns=1
            ),
        },
        units=batch,
        turns=3,
        note=_memory,
    )


def larger(size: Size, milliseconds: float, *, edited: bool = False) -> Measurement:
    """One portfolio, warm: after new prices, or after a transaction was edited, when its ledger is replayed."""
    filled = Filled.of(size)

    def work() -> None:
        if edited:
            ledgers.shelf.clear()
        rebuild(filled.portfolios[0])

    return Measurement(
        row="5b" if edited else "5a",
        name=f"rebuild and store, {size}, {'after an edit' if edited else 'after new prices'}",
        work=work,
        aim=Aim(milliseconds=milliseconds),
        note=_memory,
    )


def _memory() -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTE
    return f"peak memory of the process {peak:.0f} MB, {kept_closes.shelf.bytes / KILOBYTE**2:.0f} MB of kept closes"
