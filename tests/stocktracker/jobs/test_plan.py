from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from portfolios.models import Holding
from pricing.models import Instrument, TradingSession
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.plan import LastRun, Refreshing, closings, last_runs, plan, refreshing
from tests.stocktracker.monitoring.conftest import NOW, Listed

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_an_open_exchange_says_when_it_closes_and_when_its_closing_prices_come(
    week: list[date], with_bars: Listed
) -> None:
    with_bars("AAPL")

    (row,) = closings(NOW)

    assert (row.name, row.instruments, row.opens_at) == ("XNYS", 1, None)
    assert (row.closes_at, row.after_close_at) == (at(20, 21), at(20, 21, 30))


def test_a_closed_one_says_when_it_opens(week: list[date], with_bars: Listed) -> None:
    with_bars("AAPL")

    (early,), (late,), (over,) = closings(at(17, 3)), closings(at(17, 21, 10)), closings(at(20, 22))

    assert (early.opens_at, early.closes_at) == (at(17, 14, 30), at(17, 21))
    assert (late.opens_at, late.closes_at, late.after_close_at) == (None, None, at(17, 21, 30))
    assert over.after_close_at is None  # nobody has recorded the sessions after this week


def test_who_closes_first_comes_first_and_unknown_hours_are_looked_at_in_the_evening(
    week: list[date], with_bars: Listed
) -> None:
    with_bars("AAPL")
    with_bars("SAP.DE", calendar="XETR")
    with_bars("2222.SR", calendar="quote")
    TradingSession.objects.create(
        calendar="XETR", session=date(2026, 11, 20), opens_at=at(20, 8), closes_at=at(20, 16, 30)
    )

    rows = closings(NOW)

    assert [row.name for row in rows] == ["XETR", "XNYS", "Exchanges of unknown hours"]
    assert rows[-1].after_close_at == at(20, 22)


def test_nobody_waits_for_the_close_of_what_is_never_asked_for(week: list[date], with_bars: Listed) -> None:
    with_bars("HOUSE", status=Instrument.Status.MANUAL)
    with_bars("OLD", status=Instrument.Status.DELISTED)

    assert closings(NOW) == []


def test_what_somebody_holds_is_asked_for_more_often_than_the_rest(
    week: list[date], with_bars: Listed, held: Callable[..., Holding]
) -> None:
    held(with_bars("AAPL"))
    with_bars("MSFT")

    trading, closed = refreshing(NOW), refreshing(at(17, 3))

    assert trading == Refreshing(1, timedelta(minutes=5), 1, timedelta(minutes=30))
    assert (trading.minutes, trading.others_minutes) == (5, 30)
    assert (closed.wanted, closed.others) == (0, 0)


def test_the_next_check_of_histories_is_at_six_utc() -> None:
    assert plan(at(20, 3)).reconcile_at == at(20, 6)
    assert plan(at(20, 6)).reconcile_at == at(21, 6)


def test_of_each_kind_and_calendar_the_last_run_is_shown() -> None:
    def ran(kind: str, **fields: object) -> Job:
        return Job.objects.create(kind=kind, queue="prices", state=State.DONE, finished_at=NOW, **fields)

    ran("stocktracker.reconcile", result={"gaps": 9})
    tokyo = ran("stocktracker.after_close", args={"calendar": "XTKS"})
    newyork = ran("stocktracker.after_close", args={"calendar": "XNYS"})
    check = ran("stocktracker.reconcile", result={"gaps": 2, "missing": ["A", "B"], "refused": {}, "why_not": ""})
    ran("stocktracker.rebuild")

    runs = last_runs()

    assert [run.job for run in runs] == [check, newyork, tokyo]
    assert runs[0].result == "gaps 2 · missing 2 · refused 0"


def test_a_run_says_how_long_it_took() -> None:
    began = NOW - timedelta(seconds=90)

    assert LastRun(Job(started_at=began, finished_at=NOW)).ran == "1 min 30 s"
    assert LastRun(Job(started_at=NOW)).ran == ""


def test_what_a_person_asked_for_is_no_run_of_the_timetable(user: User) -> None:
    Job.objects.create(kind="pricing.refresh_quotes", queue="prices", requested_by=user)

    assert last_runs() == []


def test_a_result_of_another_version_is_no_error() -> None:
    assert LastRun(Job(result=[1, 2])).result == ""


def test_the_plan_takes_as_many_queries_for_many_instruments(
    week: list[date], with_bars: Listed, held: Callable[..., Holding], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        held(with_bars(f"S{number}"))

    with django_assert_num_queries(10):  # calendars, sessions; trading, ranks (5: nobody looks), open, spent
        plan(NOW)
