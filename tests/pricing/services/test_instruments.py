from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from portfolios.models import Portfolio
from pricing.models import Instrument
from pricing.services.instruments import ensure_instruments, request_restated
from stocktracker.jobs.models import Job, State

pytestmark = pytest.mark.django_db


def test_a_new_symbol_becomes_an_instrument_whose_history_is_fetched(portfolio: Portfolio, user: User) -> None:
    found = ensure_instruments(["VOD.L"], portfolio_id=portfolio.pk, requested_by_id=user.pk)

    job = Job.objects.get()
    assert found == {"VOD.L": Instrument.objects.get()}
    assert (job.kind, job.args, job.key) == ("stocktracker.backfill", {"symbol": "VOD.L"}, "backfill:VOD.L")
    assert (job.portfolio_id, job.requested_by) == (portfolio.pk, user)


def test_an_instrument_with_history_is_not_fetched_again(apple: Instrument) -> None:
    assert ensure_instruments(["AAPL"]) == {"AAPL": apple}
    assert not Job.objects.exists()


def test_a_symbol_named_twice_is_one_instrument_and_one_job() -> None:
    ensure_instruments(["VOD.L", "VOD.L"])
    ensure_instruments(["VOD.L"])

    assert (Instrument.objects.count(), Job.objects.count()) == (1, 1)


def test_a_history_that_could_not_be_fetched_is_tried_again_when_somebody_names_the_symbol() -> None:
    ensure_instruments(["VOD.L"])
    Job.objects.update(state=State.FAILED)

    ensure_instruments(["VOD.L"])

    assert Job.objects.filter(state=State.QUEUED).count() == 1


def test_a_symbol_the_source_does_not_know_is_not_asked_for_again() -> None:
    Instrument.objects.create(symbol="NOSUCH", status=Instrument.Status.UNKNOWN)

    assert ensure_instruments(["NOSUCH"]).keys() == {"NOSUCH"}
    assert not Job.objects.exists()


def test_a_symbol_that_was_unknown_is_asked_for_again_when_a_person_names_it() -> None:
    Instrument.objects.create(symbol="FRESHIPO", status=Instrument.Status.UNKNOWN)

    ensure_instruments(["FRESHIPO"], named_by_a_person=True)

    assert Job.objects.get().args == {"symbol": "FRESHIPO"}


def test_no_symbols_are_nothing_to_do() -> None:
    assert ensure_instruments([]) == {}


def test_a_restated_history_is_fetched_every_four_hours_while_it_stays_contradictory(apple: Instrument) -> None:
    morning = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    request_restated(["AAPL"], morning)
    Job.objects.update(state=State.DONE)

    request_restated(["AAPL"], morning + timedelta(minutes=59))
    once = Job.objects.count()
    request_restated(["AAPL"], morning + timedelta(hours=1))  # 16:00 UTC

    assert (once, Job.objects.count()) == (1, 2)
