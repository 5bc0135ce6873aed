from datetime import timedelta

import pytest
from django.utils import timezone

from pricing.models import Instrument, Quote, TradingSession
from pricing.simulator.control import Market
from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.services import enqueue

pytestmark = pytest.mark.django_db(transaction=True)


def worked(job: Job) -> Job:
    """The job after a worker has had its message."""
    kind_named(job.kind).task(job.pk)
    job.refresh_from_db()
    return job


def test_new_prices_are_stored_and_counted(market: Market, apple: Instrument) -> None:
    Instrument.objects.create(symbol="NOSUCH")

    job = worked(enqueue("pricing.refresh_quotes", symbols=["AAPL", "NOSUCH", "GONE"]))

    assert (job.state, job.result) == (State.DONE, {"updated": 1, "missing": ["NOSUCH"], "refused": {}})
    assert Quote.objects.get().instrument == apple


def test_a_throttled_source_postpones_the_next_job_until_it_may_be_asked_again(
    market: Market, apple: Instrument
) -> None:
    market.throttle(requests=1)
    failed = worked(enqueue("pricing.refresh_quotes", symbols=["AAPL"]))
    market.reset_log()

    job = worked(enqueue("pricing.refresh_quotes", symbols=["AAPL"]))

    assert "RateLimited" in failed.error
    assert (job.state, job.max_attempts - job.attempts) == (State.QUEUED, 5)
    assert timedelta(seconds=280) < job.run_at - timezone.now() <= timedelta(seconds=300)
    assert market.requests() == []


def test_sessions_are_made_for_the_timetable() -> None:
    job = worked(enqueue("pricing.materialise_sessions"))

    assert job.result == {"new": TradingSession.objects.count()}
    assert TradingSession.objects.filter(calendar="XNYS", session__gt=timezone.now().date()).count() > 200
