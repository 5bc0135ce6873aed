import gzip
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from charts.models import Asked, Backtest
from charts.series.decode import decode
from charts.services.asking import ask
from charts.services.computing import Stopwatch
from charts.services.waking import prices_came
from charts.tasks import backtest
from portfolios.models import Portfolio
from pricing import closes
from pricing.models import Bar, Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job, State
from stocktracker.metrics import reading, recording
from stocktracker.metrics.series import STEP
from stocktracker.tasks import backfill
from tests.charts.given import FIRST, computed, crossover, hold, walk, worked
from tests.portfolios.given import NOW, ran

pytestmark = pytest.mark.django_db(transaction=True)


def job_of(row: Backtest) -> Job:
    return Job.objects.get(kind="charts.backtest", args={"backtest": row.pk})


def report_of(row: Backtest) -> dict[str, Any]:
    assert row.report, row.problem
    found: dict[str, Any] = row.report
    return found


def test_holding_a_fund_at_no_cost_is_its_own_growth(user: User) -> None:
    fund = walk("VTI")

    row = computed(user, hold("VTI", fill="close"))

    first, last = (Bar.objects.filter(instrument=fund).order_by(order).first() for order in ("session", "-session"))
    assert first
    assert last
    assert report_of(row)["figures"]["end_value"] == pytest.approx(
        10_000 * last.adjusted_close / first.adjusted_close, rel=1e-12
    )
    assert report_of(row)["period"]["start"] == FIRST.isoformat()
    table = decode(gzip.decompress(bytes(row.curves or b"")))
    assert table.columns["value"].values[-1] == pytest.approx(report_of(row)["figures"]["end_value"], abs=0.005)
    assert [trade[1] for trade in orjson.loads(gzip.decompress(bytes(row.trades or b"")))] == ["VTI"]


def test_each_step_is_timed_on_the_row_and_for_the_monitoring(user: User) -> None:
    walk("VTI")
    walk("SPY", seed=2)
    closes.shelf.clear()

    row = computed(user, hold("VTI", benchmark="SPY"))
    recording.flush()

    assert set(row.timings or {}) == {"load", "validate", "run", "serialise"}
    assert row.layers == {"memory": 0, "database": 2, "upstream": 0}
    assert {labels[0] for labels in reading.total().labels(STEP)} == {"load", "validate", "run", "serialise"}
    assert computed(user, hold("SPY", "VTI")).layers == {"memory": 2, "database": 0, "upstream": 0}


def test_prices_in_pence_and_another_currency_are_converted(user: User) -> None:
    walk("VOD.L", currency="GBp")
    walk("GBPUSD=X", seed=3, calendar="CURRENCIES")

    pounds = computed(user, hold("VOD.L", currency="GBP"))
    dollars = computed(user, hold("VOD.L", currency="USD"))

    ends = [report_of(row)["figures"]["end_value"] for row in (pounds, dollars)]
    assert ends[0] != pytest.approx(ends[1])
    holding = report_of(pounds)["holdings"][0]
    assert holding["value"] / holding["quantity"] < 10  # pounds, not pence


def test_a_cold_symbol_is_fetched_first_and_the_test_goes_on_by_itself(user: User, market: Market) -> None:
    row = ask(hold("COLD"), user, timezone.now())
    job = ran(job_of(row), backtest)
    assert (job.state, job.error) == (State.QUEUED, "Waiting for the history of COLD")

    ran(Job.objects.get(kind="stocktracker.backfill"), backfill)
    job.refresh_from_db()
    assert job.run_at <= Job.objects.get(kind="stocktracker.backfill").finished_at + timedelta(seconds=1)  # type: ignore[operator]  # it has ended
    row = worked(row)

    assert row.became
    assert row.became.layers == {"memory": 0, "database": 1, "upstream": 1}
    assert row.became.revisions == {"COLD": Instrument.objects.get(symbol="COLD").revision}
    assert job_of(row).state == State.DONE
    assert ask(hold("COLD"), user, NOW) == row.became


def test_an_unknown_symbol_ends_the_wait_with_a_sentence_at_its_field(user: User, market: Market) -> None:
    market.fault("not_found", symbol="NOPE")
    row = ask(hold("NOPE"), user, timezone.now())
    ran(job_of(row), backtest)
    ran(Job.objects.get(kind="stocktracker.backfill"), backfill)

    row = worked(row)

    assert row.problem
    assert row.problem["path"] == "strategy.weights"
    assert row.problem["message"] == "NOPE is not known to the price source."
    assert not Job.objects.filter(state__in=[State.QUEUED, State.RUNNING], kind="charts.backtest").exists()


def test_a_source_that_does_not_answer_is_given_up_after_a_day(user: User) -> None:
    row = ask(hold("COLD"), user, timezone.now())
    Backtest.objects.update(asked_at=NOW - timedelta(days=900))

    row = worked(row)

    assert row.problem
    assert row.problem["message"] == "The prices of COLD did not come within a day. Try again later."


def test_an_empty_range_is_told(user: User) -> None:
    walk("VTI")

    row = computed(user, hold("VTI", start="2030-01-01"))

    assert row.problem
    assert row.problem["path"] == "start"
    assert "VTI" in row.problem["message"]


def test_prices_that_moved_on_meanwhile_are_another_row(user: User) -> None:
    fund = walk("VTI")
    row = ask(hold("VTI"), user, NOW)
    Instrument.objects.filter(pk=fund.pk).update(revision=2)

    row = worked(row)

    assert not row.is_there
    assert row.became
    assert row.became.is_there
    assert row.became.revisions == {"VTI": 2}


def test_a_second_message_computes_nothing(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))
    Job.objects.update(state=State.QUEUED)

    again = worked(row)

    assert again.computed_at == row.computed_at


def test_signals_trade(user: User) -> None:
    walk("SPY")

    report = report_of(computed(user, crossover("SPY", costs={"rate": 0.001})))

    assert report["figures"]["orders"] > 4
    assert report["figures"]["fees"] > 0
    assert 0 < report["figures"]["time_in_market"] < 1


def test_a_step_taken_twice_counts_both_times() -> None:
    watch = Stopwatch()
    for _ in range(2):
        with watch.step("load"):
            sum(range(10_000))
    first = dict(watch.steps)
    with watch.step("load"):
        sum(range(10_000))

    assert watch.steps["load"] > first["load"] > 0


def test_nobody_is_woken_by_prices_nobody_waits_for(user: User) -> None:
    row = ask(hold("COLD"), user, timezone.now())
    ran(job_of(row), backtest)
    before = job_of(row).run_at

    prices_came("OTHER")

    assert job_of(row).run_at == before


def test_a_symbol_without_any_prices_is_asked_for_once_and_then_told(user: User, market: Market) -> None:
    market.fault("no_bars", symbol="BARE")
    row = ask(hold("BARE"), user, timezone.now())
    ran(job_of(row), backtest)
    ran(Job.objects.get(kind="stocktracker.backfill"), backfill)

    row = worked(row)

    assert row.problem
    assert row.problem["path"] == "strategy.weights"
    assert row.problem["message"] == "The price source has no prices of BARE to go by."
    assert Job.objects.filter(kind="stocktracker.backfill").count() == 1


def test_what_was_unknown_once_is_waited_for_while_it_is_asked_for_again(user: User) -> None:
    Instrument.objects.create(symbol="NEWLY", status=Instrument.Status.UNKNOWN)
    row = ask(hold("NEWLY"), user, timezone.now())

    row = worked(row)

    assert row.is_waiting
    assert job_of(row).error == "Waiting for the history of NEWLY"


def test_a_currency_nobody_knows_is_told(user: User) -> None:
    walk("ODD", currency="")
    walk("VTI")

    problem = computed(user, hold("ODD")).problem
    compared = report_of(computed(user, hold("VTI", benchmark="ODD")))

    assert problem
    assert problem["message"] == "Nobody knows in which currency ODD is quoted."
    assert compared["benchmark"] is None
    assert compared["notes"][0]["message"] == "There are no prices of ODD: it is not compared with."


def test_an_unknown_currency_is_the_fault_of_its_field(user: User) -> None:
    walk("VTI")
    row = ask(hold("VTI", currency="XYZ"), user, NOW)
    Instrument.objects.filter(symbol="USDXYZ=X").update(status=Instrument.Status.UNKNOWN)
    Job.objects.filter(kind="stocktracker.backfill").delete()

    problem = worked(row).problem

    assert problem
    assert (problem["path"], problem["message"]) == ("currency", "USDXYZ=X is not known to the price source.")


def test_a_portfolio_that_is_gone_is_told(user: User, portfolio: Portfolio) -> None:
    strategy = {"kind": "untraded", "portfolio": portfolio.pk, "since": "2021-01-04"}
    row = ask({"strategy": strategy, "benchmark": ""}, user, NOW)
    portfolio.delete()

    problem = worked(row).problem

    assert problem
    assert (problem["path"], problem["message"]) == ("strategy.portfolio", "This portfolio is gone.")


def test_the_list_shows_what_became_of_a_question_once(user: User) -> None:
    fund = walk("VTI")
    row = ask(hold("VTI"), user, NOW)
    Instrument.objects.filter(pk=fund.pk).update(revision=2)
    eve = User.objects.create_user("eve")
    later = ask(hold("VTI"), eve, NOW)
    ask(hold("VTI"), user, NOW)

    row = worked(row)

    assert row.became == later
    assert set(Asked.objects.values_list("user__username", "backtest")) == {("ada", later.pk), ("eve", later.pk)}


def test_what_became_somebody_s_own_meanwhile_is_not_told(user: User) -> None:
    row = ask(hold("MY-HOUSE"), user, NOW)
    Instrument.objects.all().delete()
    walk("MY-HOUSE", status=Instrument.Status.MANUAL, entered_by=User.objects.create_user("eve"))

    row = worked(row)

    assert row.became is None
    assert row.problem
    assert "somebody else's own" in row.problem["message"]


def test_a_row_that_goes_under_its_job_is_no_failure(user: User) -> None:
    walk("VTI")
    row = ask(hold("VTI"), user, NOW)
    job = job_of(row)
    row.delete()

    assert ran(job, backtest).state == State.DONE
