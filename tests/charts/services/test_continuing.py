from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from charts.backtests.request import as_data, read
from charts.models import Strategy
from charts.services.continuing import parts_of
from charts.services.saving import save_strategy
from charts.services.waking import request_strategies
from charts.tasks import strategy as bell
from portfolios.models import Portfolio
from pricing.models import Bar, Instrument
from stocktracker.jobs.models import Job, State
from tests.charts.given import computed, hold, walk
from tests.portfolios.given import NOW, ran

pytestmark = pytest.mark.django_db


def saved(user: User, days_ago: int) -> Strategy:
    row = computed(user, hold("VTI", benchmark="SPY"))
    strategy = save_strategy(user, row, "Plain", NOW)
    last = Bar.objects.latest("session").session
    Strategy.objects.update(saved_on=last - timedelta(days=days_ago))
    strategy.refresh_from_db()
    return strategy


def test_a_saved_strategy_goes_on_with_new_prices(user: User) -> None:
    fund = walk("VTI")
    walk("SPY", seed=2)
    strategy = saved(user, days_ago=100)
    Instrument.objects.filter(pk=fund.pk).update(revision=2)

    (job,) = request_strategies([fund.pk])
    job = ran(job, bell)

    assert (job.state, job.title) == (State.DONE, "Saved strategy Plain")
    before = strategy.result
    strategy.refresh_from_db()
    assert strategy.result != before
    assert strategy.result.revisions["VTI"] == 2
    divided = strategy.divided
    assert divided
    whole = strategy.result.report["figures"]["twr"]  # type: ignore[index]  # it is computed
    assert (1 + divided["before"]["twr"]) * (1 + divided["after"]["twr"]) - 1 == pytest.approx(whole, abs=2e-3)
    assert divided["after"]["end"] == strategy.result.report["period"]["end"]  # type: ignore[index]  # it is computed
    assert divided["after"]["benchmark_twr"] is not None


def test_only_strategies_of_these_prices_and_without_an_end_are_computed_again(user: User) -> None:
    fund, other = walk("VTI"), walk("BND", seed=2)
    save_strategy(user, computed(user, hold("VTI")), "Mine", NOW)
    save_strategy(user, computed(user, hold("VTI", end="2022-01-03")), "Ended", NOW)

    assert request_strategies([other.pk]) == []
    assert [job.subject for job in request_strategies([fund.pk])] == ["Mine"]
    assert request_strategies([]) == []


def test_a_strategy_that_is_gone_or_whose_prices_are_is_no_failure(user: User) -> None:
    fund = walk("VTI")
    save_strategy(user, computed(user, hold("VTI")), "Mine", NOW)
    (job,) = request_strategies([fund.pk])
    Bar.objects.all().delete()
    Instrument.objects.filter(pk=fund.pk).update(revision=2)

    assert ran(job, bell).result == {"problem": "There are no prices of VTI."}

    Strategy.objects.all().delete()
    Job.objects.update(state=State.QUEUED)
    assert ran(job, bell).state == State.DONE


def test_what_was_saved_today_has_nothing_after_it(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))

    parts = parts_of(row, NOW.date())

    assert parts["after"] is None
    assert parts["before"]["twr"] == pytest.approx(row.report["figures"]["twr"], abs=1e-3)  # type: ignore[index]  # it is computed


def test_a_strategy_whose_prices_have_not_come_waits_for_no_job(user: User) -> None:
    walk("VTI")
    strategy = save_strategy(user, computed(user, hold("VTI")), "Mine", NOW)
    Strategy.objects.update(request=as_data(read(hold("VTI", "COLD"))))

    job = ran(request_strategies(Instrument.objects.values_list("pk", flat=True))[0], bell)

    assert (job.state, job.result) == (State.DONE, {"waiting_for": ["COLD"]})
    assert Job.objects.filter(kind="stocktracker.backfill", args={"symbol": "COLD"}).exists()
    assert Strategy.objects.get(pk=strategy.pk).result == strategy.result


def test_a_strategy_of_a_portfolio_that_is_gone_keeps_its_result(user: User, portfolio: Portfolio) -> None:
    fund = walk("VTI")
    strategy = save_strategy(user, computed(user, hold("VTI")), "Mine", NOW)
    gone = {"kind": "untraded", "portfolio": portfolio.pk + 1, "since": "2021-01-04"}
    Strategy.objects.update(request=as_data(read({"strategy": gone})))

    (job,) = request_strategies([fund.pk])

    assert ran(job, bell).result == {"problem": "This portfolio is gone."}
    assert Strategy.objects.get(pk=strategy.pk).result == strategy.result
