import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.services.rebuilds import rebuild_is_needed, request_failed, request_rebuild, request_rebuilds
from portfolios.viewed import looked_at
from pricing.models import Instrument
from stocktracker.jobs.control import cancel
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run, run_job
from stocktracker.jobs.services import enqueue
from tests.portfolios.given import bars, listed, rebuilt, typed

pytestmark = pytest.mark.django_db


def holding(portfolio: Portfolio) -> None:
    """A share of Apple."""
    share = Instrument.objects.filter(symbol="AAPL").first() or listed("AAPL")
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="10")


def apple() -> int:
    return Instrument.objects.get(symbol="AAPL").pk


def test_a_rebuild_that_has_not_begun_serves_everybody_who_asks(portfolio: Portfolio) -> None:
    first, again = request_rebuild(portfolio), request_rebuild(portfolio)

    assert (again.pk, Job.objects.count()) == (first.pk, 1)
    assert (first.args, first.portfolio_id, first.requested_by_id, first.title) == (
        {"portfolio": portfolio.pk}, portfolio.pk, portfolio.owner_id, "Figures and charts of Family",
    )  # fmt: skip


def test_one_that_runs_may_have_read_too_early_and_is_followed_by_another(portfolio: Portfolio) -> None:
    running = request_rebuild(portfolio)
    Job.objects.update(state=State.RUNNING)

    assert request_rebuild(portfolio).pk != running.pk


def test_somebody_who_waits_overtakes_with_the_rebuild_that_waited_already(portfolio: Portfolio) -> None:
    holding(portfolio)
    request_rebuilds([apple()])
    queued = Job.objects.get()
    Job.objects.update(run_at=timezone.now() + timedelta(minutes=5))  # it has failed once

    hurried = request_rebuild(portfolio)

    assert (queued.queue, queued.priority) == ("charts", 7)
    hurried.refresh_from_db()
    assert (hurried.pk, hurried.queue, hurried.priority) == (queued.pk, "interactive", 1)
    assert hurried.run_at <= timezone.now()


def test_portfolios_somebody_looks_at_are_rebuilt_before_the_others(portfolio: Portfolio) -> None:
    other = Portfolio.objects.create(owner=portfolio.owner, name="Other", base_currency="USD")
    for one in (portfolio, other):
        holding(one)
    looked_at(other.pk, timezone.now())

    request_rebuilds([apple()])

    by_turn = Job.objects.order_by("priority").values_list("portfolio_id", flat=True)
    assert list(by_turn) == [other.pk, portfolio.pk]


def test_rebuilds_asked_for_by_a_pipeline_are_its_parts(portfolio: Portfolio) -> None:
    holding(portfolio)
    parent = enqueue("stocktracker.reconcile")

    request_rebuilds([apple()], parent)

    assert (parent.parts, Job.objects.get(parent=parent).portfolio_id) == (1, portfolio.pk)


def test_a_rebuild_somebody_waits_for_does_not_go_with_the_pipeline_it_was_part_of(portfolio: Portfolio) -> None:
    holding(portfolio)
    pipeline = enqueue("stocktracker.reconcile")
    request_rebuilds([apple()], pipeline)
    Job.objects.filter(pk=pipeline.pk).update(state=State.PARTS, parts=1)
    Job.objects.filter(parent=pipeline).update(attempts=4, error="TimeoutError: before")

    mine = request_rebuild(portfolio)
    cancel(pipeline)

    mine.refresh_from_db()
    assert (mine.state, mine.parent_id, mine.max_attempts - mine.attempts) == (State.QUEUED, None, 5)


def test_a_rebuild_that_fails_after_a_later_one_was_done_is_asked_for_again(portfolio: Portfolio) -> None:
    old, now = request_rebuild(portfolio), timezone.now()
    Job.objects.update(state=State.RUNNING)
    newer = request_rebuild(portfolio)
    Job.objects.filter(pk=newer.pk).update(state=State.DONE, finished_at=now - timedelta(hours=9))
    Job.objects.filter(pk=old.pk).update(state=State.FAILED, finished_at=now - timedelta(hours=7))

    assert len(request_failed(now)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_waiting_rebuild_begins_only_when_what_it_shall_see_is_committed(portfolio: Portfolio) -> None:
    """Else it would read the old ledger, and nobody would ask again."""
    waiting = request_rebuild(portfolio)
    seen: list[int] = []

    def look(_run: Run, **_args: int) -> None:
        seen.append(Portfolio.objects.get().ledger_revision)

    def begin() -> None:
        run_job(waiting.pk, look, "charts")
        connection.close()

    worker = threading.Thread(target=begin)
    with transaction.atomic():
        request_rebuild(portfolio)
        worker.start()
        worker.join(0.3)
        Portfolio.objects.update(ledger_revision=41)
    worker.join()

    assert seen == [41]


@pytest.mark.parametrize(
    ("state", "hours", "asked"), [("failed", 7, 1), ("cancelled", 7, 1), ("failed", 5, 0), ("done", 7, 0)]
)
def test_a_rebuild_that_came_to_nothing_is_asked_for_again_hours_later(
    portfolio: Portfolio, state: str, hours: int, asked: int
) -> None:
    request_rebuild(portfolio)
    now = timezone.now()
    Job.objects.update(state=state, finished_at=now - timedelta(hours=hours))

    assert (len(request_failed(now)), len(request_failed(now))) == (asked, 0)


def test_a_rebuild_is_needed_until_it_has_run_and_again_after_every_change(portfolio: Portfolio) -> None:
    share, euro = listed("SAP.DE", "EUR", "XETR"), listed("EURUSD=X", "USD", "24/5")
    bars(share, {"2024-01-02": 150.0})
    bars(euro, {"2024-01-02": 1.1})
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="150")
    typed(portfolio, Kind.SELL, "2024-01-02", share, "1", price="151")
    before = rebuild_is_needed(portfolio)
    rebuilt(portfolio)
    after = rebuild_is_needed(portfolio)

    bars(euro, {"2024-01-03": 1.2})  # of a currency that is not held any more, but was
    by_rate = rebuild_is_needed(portfolio)
    rebuilt(portfolio)
    typed(portfolio, Kind.FEE, "2024-01-03", amount="1")

    assert (before, after, by_rate, rebuild_is_needed(portfolio)) == (True, False, True, True)


def test_a_change_of_prices_asks_for_the_portfolios_that_depend_on_them(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="10")
    Portfolio.objects.create(owner=portfolio.owner, name="Other", base_currency="USD")

    asked = request_rebuilds([share.pk, listed("MSFT").pk])

    assert (asked, list(Job.objects.values_list("portfolio_id", flat=True))) == (1, [portfolio.pk])


def test_a_portfolio_that_waits_for_a_rate_is_asked_for_when_it_comes(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="1", currency="EUR")
    rebuilt(portfolio)

    assert request_rebuilds([Instrument.objects.get(symbol="EURUSD=X").pk]) == 1
