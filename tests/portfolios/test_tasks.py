import pytest

from portfolios.models import ImportBatch, Portfolio
from portfolios.services.imports import upload
from portfolios.tasks import check_import
from pricing.simulator.control import Market
from stocktracker.jobs.models import State
from tests.portfolios.given import ran

pytestmark = pytest.mark.django_db(transaction=True)

FILE = b"date,kind,symbol,quantity,price\n2024-01-02,buy,AAPL,1,190\n"


def test_the_preview_is_stored_together_with_the_end_of_the_job(portfolio: Portfolio, market: Market) -> None:
    batch, job = upload(portfolio, "a.csv", FILE, portfolio.owner_id)

    done = ran(job, check_import)

    batch.refresh_from_db()
    assert (done.state, done.result) == (State.DONE, {"new": 1, "problems": 0})
    assert batch.state == ImportBatch.State.READY


def test_a_throttled_market_postpones_the_check_and_loses_nothing(portfolio: Portfolio, market: Market) -> None:
    market.throttle()
    batch, job = upload(portfolio, "a.csv", FILE, portfolio.owner_id)

    seen = []
    for _ in range(3):  # the first 429 opens the breaker, and from then on nothing is sent at all
        ran(job, check_import)
        seen.append((job.max_attempts - job.attempts, len(market.requests())))

    batch.refresh_from_db()
    assert (batch.state, bytes(batch.content)) == (ImportBatch.State.CHECKING, FILE)
    assert job.state == State.QUEUED
    assert seen == [(4, seen[0][1])] * 3


def test_a_file_that_was_checked_already_is_left_as_it_is(portfolio: Portfolio, market: Market) -> None:
    batch, job = upload(portfolio, "a.csv", FILE, portfolio.owner_id)
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.APPLIED, content=b"")

    done = ran(job, check_import)

    batch.refresh_from_db()
    assert (done.state, batch.state) == (State.DONE, ImportBatch.State.APPLIED)
    assert market.requests() == []
