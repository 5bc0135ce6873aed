from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from portfolios.models import Portfolio, Snapshot
from pricing.models import Bar, Breaker, Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.services import enqueue
from stocktracker.tasks import plan

pytestmark = pytest.mark.django_db(transaction=True)


def worked(kind: str, **args: object) -> Job:
    """A job of this kind after a worker has had its message."""
    job = enqueue(kind, **args)  # type: ignore[arg-type]  # the kind's own arguments
    kind_named(kind).task(job.pk)
    job.refresh_from_db()
    return job


@pytest.fixture
def paused() -> None:
    """A price source whose breakers are open for another five minutes."""
    now = timezone.now()
    for family in ("quote", "chart"):
        row = Breaker.objects.create(source="yahoo", family=family)
        row.move(row.circuit.after_failure(now, 0, weight=5, reason="HTTP 429"), now)


def test_the_planners_ring_plans_by_the_clock() -> None:
    plan()

    assert {str(job.key).partition(":")[0] for job in Job.objects.all()} - {"reconcile"} == {
        "sessions",
        "prune",
        "forget",
        "forget_backtests",
    }


def test_a_backfill_fetches_a_history(market: Market) -> None:
    Instrument.objects.create(symbol="NVDA")

    job = worked("stocktracker.backfill", symbol="NVDA")

    assert (job.state, job.title) == (State.DONE, "History of NVDA")
    assert Bar.objects.exists()


def test_a_rebuild_stores_a_snapshot(portfolio: Portfolio) -> None:
    job = worked("stocktracker.rebuild", portfolio=portfolio.pk)

    assert job.state == State.DONE
    assert Snapshot.objects.get().portfolio == portfolio


def test_an_evening_names_its_exchange_and_session(market: Market) -> None:
    job = worked("stocktracker.after_close", calendar="XNYS", session="2026-11-20")

    assert (job.state, job.title) == (State.DONE, "After the close of XNYS, 2026-11-20")


def test_benchmarks_are_warmed(settings: Settings) -> None:
    settings.POPULAR_SYMBOLS = []
    job = worked("stocktracker.warm_benchmarks")

    assert job.state == State.DONE
    assert Job.objects.get(kind="stocktracker.backfill").args == {"symbol": "SPY"}


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("stocktracker.backfill", {"symbol": "AAPL"}),
        ("stocktracker.after_close", {"calendar": "XNYS", "session": "2026-11-20"}),
    ],
)
def test_a_paused_source_is_no_failed_attempt(
    market: Market, apple: Instrument, paused: None, kind: str, args: dict[str, str]
) -> None:
    job = worked(kind, **args)

    assert (job.state, job.error, job.max_attempts - job.attempts) == (
        State.QUEUED,
        "The price source is paused: HTTP 429",
        5,
    )
    assert timedelta(seconds=280) < job.run_at - timezone.now() <= timedelta(seconds=300)
    assert market.requests() == []
