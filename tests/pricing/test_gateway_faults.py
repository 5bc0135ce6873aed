"""Every way the market can fail, asked of every kind of request: what is typed, sent, stored, and how it heals.

The table is docs/faults.md: `WRITE_DOCS=1 bin/test tests/pricing/test_gateway_faults.py` writes it anew.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from pricing import gateway
from pricing.market.calendar import sessions
from pricing.models import Bar, Breaker, Dividend, Finding, Instrument, Quote, Split, TradingSession
from pricing.services.backfill import backfill
from pricing.services.refresh import refresh_quotes
from pricing.simulator.control import Market
from pricing.simulator.faults import Kind
from pricing.simulator.spoilers import FAULTS
from pricing.upstream.client import UpstreamError
from stocktracker.redis import store

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
THURSDAY, FRIDAY = datetime(2026, 11, 19, 22, tzinfo=UTC), datetime(2026, 11, 20, 22, tzinfo=UTC)
SYMBOLS = ("KO", "PEP", "PG", "JNJ", "PFE", "TSLA")  # the last one is looked at: a short history with two splits
WATCHED = SYMBOLS[-1]
KINDS = (Kind.QUOTE, Kind.CHART, Kind.COOKIE, Kind.CRUMB)
CASES = [(name, kind) for name, spoiler in FAULTS.items() for kind in KINDS if kind in spoiler.kinds]
SETTINGS: dict[str, dict[str, Any]] = {
    "error": {"status": 503},
    "error_page": {"status": 502},
    "hang": {"seconds": 20.0},
    "drip": {"seconds": 20.0},
}
HEAD = """# What happens when the market fails

Each fault of the simulated market, set for every request of one kind, while prices of six shares (quote, cookie,
crumb) or one share's history (chart) are fetched that were fetched the day before. Written by the tests
(`tests/pricing/test_gateway_faults.py`), against the real client over TLS.

*Outcome*: the typed error, or what became of the answer. *Requests*: of one attempt, from a cold start.
*Breaker*: failures counted by this one attempt (5 open it). *Wrong, lost*: prices in the database that no market ever
stated, and good ones that are no longer there. *Healed*: whether the first attempt after the fault stores the day's
prices; an open breaker is let go of first.

| fault | asked | outcome | requests | breaker | wrong | lost | healed |
|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    fault: str
    kind: str
    outcome: str
    requests: str
    breaker: str
    wrong: int
    lost: int
    healed: bool

    def __str__(self) -> str:
        told = (self.fault, self.kind, self.outcome, self.requests, self.breaker, self.wrong, self.lost)
        return "| " + " | ".join(map(str, told)) + f" | {'yes' if self.healed else 'no'} |"


Prices = dict[tuple[object, ...], float]


def stored() -> Prices:
    """Every price in the database, by what it is of."""
    bars = Bar.objects.values_list("instrument__symbol", "session", "close")
    quotes = Quote.objects.values_list("instrument__symbol", "at", "price")
    dividends = Dividend.objects.values_list("instrument__symbol", "ex_date", "amount")
    splits = Split.objects.values_list("instrument__symbol", "ex_date", "numerator")
    rows: dict[str, Any] = {"bar": bars, "quote": quotes, "dividend": dividends, "split": splits}
    return {(what, *where): float(str(price)) for what, found in rows.items() for *where, price in found}


def fetch(kind: Kind, now: datetime) -> str:
    """One attempt as a job makes it, in words."""
    before = set(Finding.objects.values_list("pk", flat=True))
    try:
        if kind is Kind.CHART:
            result = backfill(Instrument.objects.get(symbol=WATCHED), now)
            said = "nothing new" if not result.changed else "stored"
            said = "refused" if result.refused else "SymbolNotFound" if not result.known else said
        else:
            refreshed = refresh_quotes(Instrument.objects.order_by("pk"), now, lambda *_: None)
            said = "row refused" if refreshed.refused else "row missing" if refreshed.missing else "stored"
            said = said if refreshed.updated else "NoData"
    except (UpstreamError, gateway.RefusedError) as error:
        said = type(error).__name__
    found = sorted(set(Finding.objects.exclude(pk__in=before).values_list("kind", flat=True)))
    return f"{said}; finding: {', '.join(found)}" if found else said


@pytest.fixture
def yesterday(market: Market, settings: Settings, request: pytest.FixtureRequest) -> Market:
    """Thursday evening's prices are stored; it is Friday evening, and no handshake is left."""
    kind = request.node.callspec.params["kind"]
    settings.UPSTREAM_TIMEOUT = 0.6
    TradingSession.objects.bulk_create(
        TradingSession(calendar="XNYS", session=one.day, opens_at=one.opens_at, closes_at=one.closes_at)
        for one in sessions("XNYS", THURSDAY.date().replace(day=2), FRIDAY.date())
    )
    market.set_time(THURSDAY)
    for symbol in SYMBOLS:
        Instrument.objects.create(symbol=symbol)
    if kind is Kind.CHART:
        backfill(Instrument.objects.get(symbol=WATCHED), THURSDAY)
    refresh_quotes(Instrument.objects.order_by("pk"), THURSDAY, lambda *_: None)
    Instrument.objects.update(status=Instrument.Status.ACTIVE)
    market.set_time(FRIDAY)
    start_cold(market)
    return market


def start_cold(market: Market) -> None:
    store().flushdb()
    gateway._client.cache_clear()
    market.reset_log()


def row(market: Market, fault: str, kind: Kind) -> Row:
    before = stored()
    market.fault(fault, kind=kind.value, symbol=WATCHED if kind is Kind.QUOTE else None, **SETTINGS.get(fault, {}))
    outcome = fetch(kind, FRIDAY)
    requests = Counter(record["kind"] for record in market.requests())
    breaker = Breaker.objects.filter(source="yahoo", family="chart" if kind is Kind.CHART else "quote").get()
    moved = "opens" if breaker.state == "open" else f"+{breaker.failures}" if breaker.failures else "–"
    after = stored()
    market.clear()
    Breaker.objects.update(open_until=timezone.now())
    healed = fetch(kind, FRIDAY)
    truth = {**before, **stored()}
    return Row(
        fault=fault,
        kind=kind.value,
        outcome=outcome,
        requests=" + ".join(f"{count} {name}" for name, count in sorted(requests.items())),
        breaker=moved,
        wrong=sum(truth.get(key) != price for key, price in after.items()),
        lost=sum(key not in after for key in before if key[0] != "quote"),
        healed=healed.startswith(("stored", "nothing new")) and not Finding.objects.filter(kind="quote").exists(),
    )


@pytest.fixture(scope="module")
def rows() -> dict[tuple[str, str], Row]:
    return {}


@pytest.mark.parametrize(("fault", "kind"), CASES)
def test_a_fault_is_typed_stores_nothing_wrong_loses_nothing_and_heals(
    yesterday: Market, rows: dict[tuple[str, str], Row], fault: str, kind: Kind
) -> None:
    found = rows[fault, kind.value] = row(yesterday, fault, kind)

    print(found)
    assert (found.wrong, found.lost, found.healed) == (0, 0, True)
    assert sum(int(part.split()[0]) for part in found.requests.split(" + ")) <= 5


def test_the_documented_table_is_what_happens(rows: dict[tuple[str, str], Row]) -> None:
    if len(rows) < len(CASES):
        pytest.skip("the table is of a run of all cases together")
    text = HEAD + "".join(f"{rows[fault, kind.value]}\n" for fault, kind in CASES)
    if os.environ.get("WRITE_DOCS"):
        TABLE.write_text(text)

    assert TABLE.read_text() == text
