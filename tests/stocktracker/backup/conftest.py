"""Somebody with everything a deployment can hold: currencies, a split, cash, an own instrument, two portfolios."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from portfolios.accounting.entries import Kind
from portfolios.models import Alert, Label, Portfolio, ProposedDividend, Target, Watched
from portfolios.services.combined import keep_combined
from portfolios.services.instruments import create, enter
from portfolios.services.rebuilds import request_rebuilds_of
from pricing.models import Correction, Instrument
from pricing.services.source import claim_source
from stocktracker.jobs.models import Job
from stocktracker.jobs.running import run_job
from stocktracker.preferences.models import Preferences
from stocktracker.tasks import correct, rebuild
from tests.portfolios.given import bars, listed, proposed, quote, split, typed

NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
DAYS = ("2024-06-03", "2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07")
HANDLERS = {"stocktracker.rebuild": rebuild, "stocktracker.correct": correct}


def work() -> None:
    """Corrections and rebuilds that wait are done, as a worker does them."""
    for kind, handler in reversed(HANDLERS.items()):
        for job in Job.objects.filter(kind=kind, state="queued").order_by("pk"):
            Job.objects.filter(pk=job.pk).update(run_at=NOW.replace(year=2024))
            run_job(job.pk, handler, "charts")


def priced(symbol: str, closes: tuple[float, ...], currency: str = "USD", calendar: str = "XNYS") -> Instrument:
    made = listed(symbol, currency, calendar)
    bars(made, dict(zip(DAYS, closes, strict=True)))
    quote(made, str(closes[-1]))
    return made


@pytest.fixture
def owner(transactional_db: None) -> User:
    """Staff, with two portfolios and their combined one, all computed."""
    claim_source("simulated")
    user = User.objects.create_user("ada", "ada@example.org", "correct horse battery", is_staff=True)
    Preferences.objects.create(user=user, language="de", currency="EUR", benchmarks="SPY")
    apple = priced("AAPL", (100, 102, 51.5, 52, 53.123456789))
    split(apple, "2024-06-05", 2)
    vodafone = priced("VOD.L", (70, 71.2, 71, 72, 73), "GBp", "XLON")
    priced("GBPUSD=X", (1.25, 1.26, 1.27, 1.26, 1.25), calendar="24/5")
    priced("EURUSD=X", (1.08, 1.081, 1.082, 1.083, 1.084), calendar="24/5")
    priced("GBPEUR=X", (1.17, 1.171, 1.172, 1.173, 1.174), calendar="24/5")
    priced("USDEUR=X", (0.92, 0.921, 0.922, 0.923, 0.924), calendar="24/5")
    fund = priced("SPY", (500, 501, 502, 503, 504))
    house = create("HOUSE", "Our house", "EUR", user)
    for day, price in zip(DAYS, (1000.0, 1001.0, 1002.5, 1003.0, 1004.0), strict=True):
        enter(house, datetime.fromisoformat(day).date(), price, user, NOW)
    family = Portfolio.objects.create(
        owner=user, name="Family", base_currency="USD", tracks_cash=True, benchmark=fund, risk_free=Decimal("0.02"),
        inflation=Decimal("0.025"),
    )  # fmt: skip
    _trade(family, apple, vodafone, house)
    trading = Portfolio.objects.create(owner=user, name="Trading, «short»", base_currency="EUR", allow_short=True)
    typed(trading, Kind.SELL, "2024-06-03", vodafone, "10", price="70", fee="1.5", account="=Broker", note="+short")
    keep_combined(user)
    _wishes(user, family, apple, vodafone)
    request_rebuilds_of(Portfolio.objects.values_list("pk", flat=True))
    work()
    return user


def _trade(family: Portfolio, apple: Instrument, vodafone: Instrument, house: Instrument) -> None:
    typed(family, Kind.DEPOSIT, "2024-06-03", amount="5000", account="Bank")
    typed(family, Kind.BUY, "2024-06-03", apple, "3", price="100.003333", fee="1", account="Bank", external_id="a-1")
    typed(family, Kind.BUY, "2024-06-04", vodafone, "100", price="71", account="Bank", note="pence, «quoted»\nhere")
    typed(family, Kind.DIVIDEND, "2024-06-05", apple, amount="1.44", tax="0.21", account="Bank")
    typed(family, Kind.SELL, "2024-06-06", apple, "1", price="52", account="Bank")
    typed(family, Kind.BUY, "2024-06-04", house, "1", price="1000", fx_rate="1.0805", currency="EUR", account="Bank")


def _wishes(user: User, family: Portfolio, apple: Instrument, vodafone: Instrument) -> None:
    Watched.objects.create(user=user, instrument=vodafone, note="cheap?")
    Alert.objects.create(user=user, instrument=apple, kind="above", threshold=Decimal("99.5"), note="sell")
    Label.objects.create(user=user, instrument=apple, dimension="sector", name="Fruit")
    Target.objects.create(portfolio=family, dimension="class", name="Shares", weight=Decimal("0.6"))
    proposed(family, apple, state=ProposedDividend.State.DISMISSED)
    Correction.objects.create(
        instrument=vodafone, session=datetime.fromisoformat(DAYS[0]).date(), close=70.0, entered_at=NOW, entered_by=user
    )
