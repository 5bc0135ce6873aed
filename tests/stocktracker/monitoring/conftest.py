"""Staff, and instruments with bars, gaps and findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pricing.models import Finding, Instrument, TradingSession
from tests.portfolios.given import bars, listed

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # a Friday; New York has been trading for half an hour
Listed = Callable[..., Instrument]


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("root", is_staff=True)


@pytest.fixture
def as_staff(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def week(db: None) -> list[date]:
    """Five sessions of New York, the last one running at NOW."""
    monday = datetime(2026, 11, 16, 14, 30, tzinfo=UTC)
    opens = [monday + timedelta(days=number) for number in range(5)]
    TradingSession.objects.bulk_create(
        TradingSession(calendar="XNYS", session=at.date(), opens_at=at, closes_at=at + timedelta(hours=6.5))
        for at in opens
    )
    return [at.date() for at in opens]


@pytest.fixture
def with_bars(db: None) -> Listed:
    """with_bars(symbol, closes, …): an instrument with these bars."""

    def make(symbol: str, closes: Mapping[str, float] | None = None, **fields: object) -> Instrument:
        row = listed(symbol, **fields)  # type: ignore[arg-type]  # any field of an instrument
        bars(row, closes or {})
        return row

    return make


def found(instrument: Instrument, kind: str, day: str = "2026-11-18", **fields: object) -> Finding:
    told = {"message": f"A {kind}.", "found_at": NOW}
    return Finding.objects.create(instrument=instrument, kind=kind, day=date.fromisoformat(day), **told | fields)
