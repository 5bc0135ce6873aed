from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from charts.backtests.request import RequestError
from charts.models import Asked, Backtest
from charts.services import asking
from charts.services.asking import ask, title_of
from charts.services.saving import save_strategy
from portfolios.models import Portfolio
from pricing.models import Instrument
from stocktracker.jobs.models import Job, State
from tests.charts.given import computed, hold, walk, worked
from tests.portfolios.given import NOW, listed

pytestmark = pytest.mark.django_db


def faults(data: object, user: User) -> dict[str, str]:
    with pytest.raises(RequestError) as refused:
        ask(data, user, NOW)
    return {fault.path: str(fault.sentence) for fault in refused.value.faults}


def test_a_new_question_is_a_row_and_its_job(user: User) -> None:
    walk("VTI")

    row = ask(hold("vti"), user, NOW)

    assert row.is_waiting
    assert row.revisions == {"VTI": 1}
    assert row.owner is None
    job = Job.objects.get()
    assert (job.kind, job.queue, job.args, job.requested_by) == ("charts.backtest", "interactive",
                                                                 {"backtest": row.pk}, user)  # fmt: skip
    assert job.title == "Backtest of VTI"


def test_the_same_question_is_the_same_row_whoever_asks_and_however_it_is_written(user: User) -> None:
    walk("VTI")
    row = ask(hold("VTI", cash=10_000), user, NOW)

    again = ask({"benchmark": "", "strategy": {"weights": {" vti": 1.0}, "kind": "hold"}},
                User.objects.create_user("eve"), NOW)  # fmt: skip

    assert again == row
    assert Job.objects.count() == 1
    assert Asked.objects.filter(backtest=row).count() == 2


def test_after_new_prices_it_is_another_question(user: User) -> None:
    fund = walk("VTI")
    row = computed(user, hold("VTI"))
    Instrument.objects.filter(pk=fund.pk).update(revision=2)

    assert ask(hold("VTI"), user, NOW).key != row.key


def test_what_is_there_is_answered_from_its_row(user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))

    with django_assert_num_queries(3):  # instruments, the row, who asked
        assert ask(hold("VTI"), user, NOW) == row
    assert Job.objects.filter(state=State.QUEUED).count() == 0


def test_missing_prices_are_asked_for_in_the_same_commit(user: User) -> None:
    walk("VTI")

    row = ask(hold("VTI", "NEW", benchmark="SPY"), user, NOW)

    assert row.revisions == {"VTI": 1, "NEW": 0, "SPY": 0}
    fetched = Job.objects.filter(kind="stocktracker.backfill").order_by("pk")
    assert [job.args["symbol"] for job in fetched] == ["NEW", "SPY"]
    assert {job.requested_by for job in fetched} == {user}


def test_exchange_rates_belong_to_the_question(user: User) -> None:
    walk("SAP.DE", currency="EUR")
    listed("EURUSD=X", currency="USD", calendar="CURRENCIES", revision=4)

    assert ask(hold("SAP.DE"), user, NOW).revisions == {"SAP.DE": 1, "EURUSD=X": 4}
    assert ask(hold("SAP.DE", currency="EUR"), user, NOW).revisions == {"SAP.DE": 1}


def test_what_came_to_nothing_is_asked_anew(user: User) -> None:
    walk("VTI")
    row = ask(hold("VTI"), user, NOW)
    Backtest.objects.update(problem={"path": "", "message": "No."}, computed_at=NOW)
    Job.objects.update(state=State.DONE)

    again = ask(hold("VTI"), user, NOW)

    assert again == row  # saved strategies may be of it
    assert again.is_waiting
    assert again.problem is None
    assert Job.objects.filter(state=State.QUEUED).count() == 1


def test_a_job_that_failed_is_asked_for_again(user: User) -> None:
    walk("VTI")
    row = ask(hold("VTI"), user, NOW)
    Job.objects.update(state=State.FAILED)

    assert ask(hold("VTI"), user, NOW) == row
    assert Job.objects.filter(state=State.QUEUED).count() == 1


def test_what_somebody_entered_for_himself_stays_his(user: User) -> None:
    house = walk("MY-HOUSE", status=Instrument.Status.MANUAL, entered_by=user)
    eve = User.objects.create_user("eve")

    row = ask(hold("MY-HOUSE"), user, NOW)

    assert row.owner == user
    assert list(Backtest.objects.seen_by(eve)) == []
    assert faults(hold(house.symbol), eve) == {
        "strategy.weights": "MY-HOUSE is somebody else's own instrument; choose another symbol."
    }


def test_another_person_s_portfolio_does_not_exist(user: User, portfolio: Portfolio) -> None:
    data = {"strategy": {"kind": "untraded", "portfolio": portfolio.pk, "since": "2020-01-02"}}

    assert faults(data, User.objects.create_user("eve")) == {"strategy.portfolio": "You have no such portfolio."}
    assert ask(data, user, NOW).owner == user


def test_a_payment_or_a_trade_makes_it_another_question(user: User, portfolio: Portfolio) -> None:
    data = {"strategy": {"kind": "untraded", "portfolio": portfolio.pk, "since": "2020-01-02"}}
    row = ask(data, user, NOW)
    Portfolio.objects.update(ledger_revision=9)

    assert row.request["start"] == "2020-01-02"
    assert Job.objects.get(kind="charts.backtest").title == "Backtest of Family"
    assert ask(data, user, NOW).key != row.key


def test_nothing_is_stored_of_a_request_that_is_wrong(user: User) -> None:
    assert set(faults(hold("VTI", "BND", cash="much"), user)) == {"cash"}
    assert not Backtest.objects.exists()
    assert not Job.objects.exists()
    assert not Instrument.objects.exists()


def test_a_list_of_jobs_calls_it_after_what_it_is_of() -> None:
    assert title_of(hold("VTI", "BND")) == "BND, VTI"
    assert title_of({"strategy": {"kind": "crossover", "symbol": "SPY"}}) == "SPY"
    assert title_of({"strategy": {"kind": "momentum", "symbols": ["B", "A"]}}) == "A, B"


def test_a_wait_that_was_given_up_long_ago_begins_anew(user: User) -> None:
    row = ask(hold("COLD"), user, NOW)
    Job.objects.update(state=State.CANCELLED)
    later = NOW + timedelta(days=3)

    assert ask(hold("COLD"), user, later) == row

    row.refresh_from_db()
    assert row.asked_at == later


def test_what_came_to_nothing_is_asked_anew_although_a_strategy_is_of_it(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))
    strategy = save_strategy(user, row, "Mine", NOW)
    Backtest.objects.update(problem={"path": "", "message": "No."})

    again = ask(hold("VTI"), user, NOW)

    strategy.refresh_from_db()
    assert strategy.result == again
    assert again.is_waiting


def test_prices_that_were_forgotten_and_are_fetched_anew_give_another_result(user: User) -> None:
    row = ask(hold("COLD"), user, NOW)
    Instrument.objects.all().delete()
    fund = walk("COLD")
    result = worked(row).became
    assert result
    Instrument.objects.filter(pk=fund.pk).update(fetched_at=None, revision=2)  # pricing.services.forgetting

    again = ask(hold("COLD"), user, NOW)

    assert again == row
    assert again.is_waiting
    assert again.became is None


def test_an_instrument_that_was_deleted_and_named_again_is_another(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))
    Instrument.objects.all().delete()
    walk("VTI", seed=2)

    again = computed(user, hold("VTI"))

    assert again.revisions == row.revisions
    assert again.report != row.report


def test_one_person_has_only_so_many_under_way(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_WAITING", 2)
    walk("VTI")
    first, _ = (ask(hold("VTI", cash=cash), user, NOW) for cash in (1, 2))

    assert faults(hold("VTI", cash=3), user) == {
        "": "2 of your backtests are still under way. Ask again when some are done."
    }
    assert ask(hold("VTI", cash=1), user, NOW) == first
    assert ask(hold("VTI", cash=3), User.objects.create_user("eve"), NOW).is_waiting
