import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from pricing.models import Instrument, TradingSession
from pricing.services.instruments import ensure_instruments
from stocktracker.jobs.models import Job, State
from stocktracker.timetable import plan
from tests.stocktracker.planned import MINUTE, NEW_YORK, Exchange, new_keys, new_york, planned_between

pytestmark = pytest.mark.django_db


def test_an_ordinary_day(new_york_stock: Instrument) -> None:
    new_keys(new_york(11, 19, 23))  # yesterday's evening

    day = planned_between(new_york(11, 20, 0), new_york(11, 20, 23, 55), 5 * MINUTE)

    refreshes = sorted(at for key, at in day.items() if key.startswith("refresh:"))
    assert refreshes == [new_york(11, 20, 9, 30) + slot * 5 * MINUTE for slot in range(79)]  # and once at the close
    rest = {key: at for key, at in day.items() if not key.startswith("refresh:")}
    assert rest == {
        "after_close:XNYS:2026-11-20": new_york(11, 20, 16, 30),
        "warm:XNYS:2026-11-20": new_york(11, 20, 17, 0),
    }


def test_the_check_of_histories_is_asked_for_once_a_day_from_six_on() -> None:
    early = [job.kind for job in plan(datetime(2026, 11, 20, 5, 59, tzinfo=UTC))]
    first = [job for job in plan(datetime(2026, 11, 20, 6, 0, tzinfo=UTC)) if job.kind == "stocktracker.reconcile"]
    again = [job for job in plan(datetime(2026, 11, 20, 23, 0, tzinfo=UTC)) if job.kind == "stocktracker.reconcile"]

    assert "stocktracker.reconcile" not in early
    assert [job.pk for job in first] == [job.pk for job in again]


def test_exchanges_without_known_hours_have_an_evening_too() -> None:
    Instrument.objects.create(symbol="OPAP.AT", calendar="quote", status=Instrument.Status.ACTIVE)

    TradingSession.objects.create(
        calendar="XSHG", session=date(2026, 11, 5), opens_at=new_york(11, 5, 1), closes_at=new_york(11, 5, 2)
    )
    Instrument.objects.create(symbol="600519.SS", calendar="XSHG", status=Instrument.Status.ACTIVE)
    assert "after_close:XSHG:2026-11-20" in new_keys(datetime(2026, 11, 20, 22, 0, tzinfo=UTC))
    Job.objects.all().delete()
    assert "after_close:quote:2026-11-20" not in new_keys(datetime(2026, 11, 20, 21, 59, tzinfo=UTC))
    assert "after_close:quote:2026-11-20" in new_keys(datetime(2026, 11, 20, 22, 0, tzinfo=UTC))


def test_who_has_a_history_and_no_price_gets_one_whatever_became_of_the_job(new_york_stock: Instrument) -> None:
    Instrument.objects.update(fetched_at=new_york(11, 20, 20))

    keys = planned_between(new_york(11, 20, 21), new_york(11, 20, 21, 19), MINUTE)

    assert [at for key, at in keys.items() if key.startswith("first_quotes")] == [
        new_york(11, 20, 21), new_york(11, 20, 21, 10),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "due"),
    [((12, 59), False), ((13, 29), False), ((13, 30), True), ((13, 59), True), ((16, 30), True)],
)
def test_after_an_early_close_the_prices_come_half_an_hour_later(
    new_york_stock: Instrument, at: tuple[int, int], *, due: bool
) -> None:
    keys = new_keys(new_york(11, 27, *at))

    assert ("after_close:XNYS:2026-11-27" in keys) is due
    assert ("warm:XNYS:2026-11-27" in keys) is (at >= (14, 0))


@pytest.mark.parametrize(
    ("evening_before", "first", "last"),
    [
        (new_york(11, 25, 20), new_york(11, 26, 0), new_york(11, 27, 9, 29)),  # Thanksgiving
        (new_york(11, 20, 20), new_york(11, 21, 0), new_york(11, 23, 9, 29)),  # a weekend
    ],
)
def test_a_day_without_a_session_asks_for_nothing(
    new_york_stock: Instrument, evening_before: datetime, first: datetime, last: datetime
) -> None:
    new_keys(evening_before)

    assert planned_between(first, last, timedelta(minutes=29)) == {}


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 3, 6), datetime(2026, 3, 6, 21, 30, tzinfo=UTC)),  # the last session of winter time
        (date(2026, 3, 9), datetime(2026, 3, 9, 20, 30, tzinfo=UTC)),
        (date(2026, 10, 30), datetime(2026, 10, 30, 20, 30, tzinfo=UTC)),  # the last session of summer time
        (date(2026, 11, 2), datetime(2026, 11, 2, 21, 30, tzinfo=UTC)),
    ],
)
def test_the_evenings_work_follows_the_exchange_through_both_changes_of_the_clock(
    apple: Instrument, exchange: Exchange, day: date, due: datetime
) -> None:
    exchange("XNYS", date(2026, 2, 20), date(2026, 12, 1))

    assert f"after_close:XNYS:{day}" not in new_keys(due - MINUTE)
    assert f"after_close:XNYS:{day}" in new_keys(due)


@pytest.mark.parametrize("sunday", [date(2026, 3, 8), date(2026, 11, 1)])
def test_the_day_the_clock_changes_asks_for_nothing(apple: Instrument, exchange: Exchange, sunday: date) -> None:
    exchange("XNYS", date(2026, 2, 20), date(2026, 12, 1))
    midnight = datetime(sunday.year, sunday.month, sunday.day, tzinfo=NEW_YORK).astimezone(UTC)
    new_keys(midnight)

    assert planned_between(midnight, midnight + timedelta(hours=25), timedelta(minutes=30)) == {}


def test_a_planner_that_slept_over_the_close_makes_up_for_it_once(new_york_stock: Instrument) -> None:
    new_keys(new_york(11, 20, 15, 55))

    keys = planned_between(new_york(11, 21, 3), new_york(11, 21, 5), 10 * MINUTE)

    assert keys == {
        "after_close:XNYS:2026-11-20": new_york(11, 21, 3),
        "warm:XNYS:2026-11-20": new_york(11, 21, 3),
    }


def test_of_several_closes_slept_over_only_the_last_is_made_up_for(new_york_stock: Instrument) -> None:
    keys = new_keys(new_york(11, 20, 20))

    assert [key for key in keys if key.startswith("after_close")] == ["after_close:XNYS:2026-11-20"]


def test_a_close_more_than_five_days_ago_is_left_to_the_backfills(apple: Instrument, exchange: Exchange) -> None:
    exchange("XNYS", date(2026, 11, 2), date(2026, 11, 20))
    close = new_york(11, 20, 16)

    assert not any(key.startswith("after_close") for key in new_keys(close + timedelta(days=5)))
    assert "after_close:XNYS:2026-11-20" in new_keys(close + timedelta(days=5) - MINUTE)


def test_planning_twice_gives_the_same_jobs(new_york_stock: Instrument) -> None:
    now = new_york(11, 20, 12)

    first, second = plan(now), plan(now)

    assert [job.pk for job in first] == [job.pk for job in second]
    assert Job.objects.count() == len(first) == 8


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_the_same_moment_ask_for_everything_once(new_york_stock: Instrument) -> None:
    together, planned = threading.Barrier(2), []

    def planner() -> None:
        together.wait()
        planned.append({job.pk for job in plan(new_york(11, 20, 17))})
        connection.close()

    planners = [threading.Thread(target=planner) for _ in range(2)]
    for thread in planners:
        thread.start()
    for thread in planners:
        thread.join()

    assert planned[0] == planned[1] == set(Job.objects.values_list("pk", flat=True))
    assert len(planned[0]) == 7


def test_each_exchange_keeps_its_own_hours(new_york_stock: Instrument, exchange: Exchange) -> None:
    exchange("XLON")
    Instrument.objects.create(symbol="VOD.L", calendar="XLON", status=Instrument.Status.ACTIVE)
    new_keys(new_york(11, 20, 0))

    day = planned_between(new_york(11, 20, 0), new_york(11, 20, 23), 30 * MINUTE)

    assert {key: at for key, at in day.items() if not key.startswith("refresh:")} == {
        "after_close:XLON:2026-11-20": new_york(11, 20, 12, 0),  # 16:30 in London, and half an hour
        "after_close:XNYS:2026-11-20": new_york(11, 20, 16, 30),
        "warm:XNYS:2026-11-20": new_york(11, 20, 17, 0),  # benchmarks wait for New York alone
    }
    asked = {frozenset(job.args["symbols"]) for job in Job.objects.filter(kind="pricing.refresh_quotes")}
    assert asked == {frozenset({"VOD.L"}), frozenset({"VOD.L", "AAPL"}), frozenset({"AAPL"})}


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_clock_of_any_time_zone_plans_the_same(new_york_stock: Instrument, zone: str) -> None:
    now = new_york(11, 20, 17)

    there, here = plan(now.astimezone(ZoneInfo(zone))), plan(now)

    assert [job.pk for job in there] == [job.pk for job in here]


def test_the_daily_tidying_is_asked_for_once_a_day_and_sessions_at_once_for_a_new_exchange(
    apple: Instrument,
) -> None:
    first = [job.key for job in plan(new_york(11, 20, 3))]
    plan(new_york(11, 20, 4))
    Instrument.objects.create(symbol="VOD.L", calendar="XLON", status=Instrument.Status.ACTIVE)
    with_london = [job.key for job in plan(new_york(11, 20, 5))]

    tidying = ["prune:2026-11-20", "forget:2026-11-20", "forget_backtests:2026-11-20", "reconcile:2026-11-20"]
    assert first[:5] == ["sessions:2026-11-20:1", *tidying]
    assert with_london[:5] == ["sessions:2026-11-20:2", *tidying]
    assert Job.objects.filter(key__startswith="sessions").count() == 2


def test_a_first_history_that_failed_for_good_is_asked_for_again_some_hours_later(new_york_stock: Instrument) -> None:
    ensure_instruments(["NVDA"])
    while_it_waits = new_keys(new_york(11, 21, 8))
    Job.objects.filter(key="backfill:NVDA").update(state=State.FAILED)

    keys = planned_between(new_york(11, 21, 8, 1), new_york(11, 21, 15, 31), 10 * MINUTE)

    assert [key for key in while_it_waits if "NVDA" in key] == []
    assert [at.hour for key, at in keys.items() if key.startswith("first:NVDA:")] == [8, 11, 15]  # 0, 4, 8 … UTC


@pytest.mark.parametrize("status", [Instrument.Status.ACTIVE, Instrument.Status.UNKNOWN])
def test_what_has_its_history_or_never_will_is_not_asked_for(status: Instrument.Status) -> None:
    Instrument.objects.create(symbol="NVDA", status=status)

    assert new_keys(new_york(11, 21, 8)) == []


def test_without_instruments_there_is_only_the_tidying(exchange: Exchange) -> None:
    exchange("XNYS")

    assert new_keys(new_york(11, 20, 17)) == []
