from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from portfolios.models import Portfolio
from portfolios.viewed import looked_at
from pricing.models import Instrument, Quote, Upstream
from stocktracker.jobs.models import Job, State
from stocktracker.timetable import plan
from tests.stocktracker.planned import MINUTE, Exchange, Held, new_keys, new_york, planned_between

pytestmark = pytest.mark.django_db


def test_a_slot_of_five_minutes_is_refreshed_once_however_often_it_is_planned(new_york_stock: Instrument) -> None:
    keys = planned_between(new_york(11, 20, 10, 0), new_york(11, 20, 10, 14), MINUTE)

    refreshes = [at for key, at in keys.items() if key.startswith("refresh:")]
    assert refreshes == [new_york(11, 20, 10, minute) for minute in (0, 5, 10)]


def test_while_only_coins_trade_half_an_hour_is_often_enough(exchange: Exchange) -> None:
    exchange("24/7")
    Instrument.objects.create(symbol="BTC-USD", calendar="24/7", status=Instrument.Status.ACTIVE)

    keys = planned_between(new_york(11, 22, 10, 0), new_york(11, 22, 11, 25), 5 * MINUTE)

    refreshes = [at for key, at in keys.items() if key.startswith("refresh:")]
    assert refreshes == [new_york(11, 22, 10, 0), new_york(11, 22, 10, 30), new_york(11, 22, 11, 0)]


def test_a_refresh_names_what_trades_and_goes_before_the_evenings_work(new_york_stock: Instrument) -> None:
    Instrument.objects.create(symbol="VOD.L", calendar="XLON", status=Instrument.Status.ACTIVE)

    (refresh,) = [job for job in plan(new_york(11, 20, 10)) if job.kind == "pricing.refresh_quotes"]

    assert refresh.args == {"symbols": ["AAPL"]}
    assert (refresh.queue, refresh.priority) == ("prices", 4)


def test_what_is_looked_at_is_asked_for_first_and_what_nobody_holds_each_half_hour(
    new_york_stock: Instrument, user: User, held: Held
) -> None:
    now = new_york(11, 20, 10)
    viewed, nobodys = (
        Instrument.objects.create(symbol=symbol, calendar="XNYS", status=Instrument.Status.ACTIVE)
        for symbol in ("ZZZ", "POP")
    )
    looking = Portfolio.objects.create(owner=user, name="Looked at", base_currency="USD")
    held(viewed, portfolio=looking)
    looked_at(looking.pk, now - MINUTE)
    Quote.objects.create(instrument=nobodys, price=1, at=now, fetched_at=now - timedelta(minutes=20))

    (early,) = [job for job in plan(now) if job.kind == "pricing.refresh_quotes"]
    Job.objects.update(state=State.DONE)
    (later,) = [job for job in plan(now + timedelta(minutes=10)) if job.kind == "pricing.refresh_quotes"]

    assert early.args == {"symbols": ["ZZZ", "AAPL"]}
    assert later.args == {"symbols": ["ZZZ", "AAPL", "POP"]}


def test_a_budget_that_is_nearly_spent_is_stretched_over_the_rest_of_the_day(
    new_york_stock: Instrument, settings: Settings
) -> None:
    settings.UPSTREAM_PER_DAY, settings.UPSTREAM_PER_HOUR = 2000, 300
    now = new_york(11, 20, 10)  # nine hours of the day are left, UTC
    Upstream.objects.create(name="yahoo", day_started_at=datetime(2026, 11, 20, tzinfo=UTC), day_count=1940)

    keys = planned_between(now, now + timedelta(minutes=40), MINUTE)

    refreshes = [at for key, at in keys.items() if key.startswith("refresh:")]
    assert refreshes == [now, now + timedelta(minutes=15), now + timedelta(minutes=30)]


def test_a_pace_that_changes_by_the_minute_fires_no_sooner(new_york_stock: Instrument, settings: Settings) -> None:
    settings.UPSTREAM_PER_DAY, settings.UPSTREAM_PER_HOUR = 2000, 4
    source = Upstream.objects.create(name="yahoo", day_started_at=datetime(2026, 11, 20, tzinfo=UTC), day_count=0)
    fired = []
    for minute in range(60):
        now = new_york(11, 20, 10) + minute * MINUTE
        fired += [minute for key in new_keys(now) if key.startswith("refresh:")]
        source.day_count += 1  # others ask too, and every minute leaves less
        source.save()

    assert len(fired) <= 0.6 * 4 + 1
    assert all(later - earlier >= 24 for earlier, later in pairwise(fired))


def test_without_a_budget_nothing_breaks(new_york_stock: Instrument, settings: Settings) -> None:
    settings.UPSTREAM_PER_HOUR = 0

    assert "after_close:XNYS:2026-11-20" in new_keys(new_york(11, 20, 17))


def test_a_refresh_that_waits_for_the_price_source_is_not_joined_by_others(new_york_stock: Instrument) -> None:
    (waiting,) = [job for job in plan(new_york(11, 20, 10)) if job.kind == "pricing.refresh_quotes"]
    Job.objects.filter(pk=waiting.pk).update(error="The price source is paused.", run_at=new_york(11, 20, 11))

    for minutes in range(0, 60, 5):
        plan(new_york(11, 20, 10, minutes))

    assert list(Job.objects.filter(kind="pricing.refresh_quotes")) == [waiting]


def test_after_an_early_close_only_its_closing_price_is_refreshed(new_york_stock: Instrument) -> None:
    keys = planned_between(new_york(11, 27, 12, 55), new_york(11, 27, 16), 5 * MINUTE)

    refreshes = [at for key, at in keys.items() if key.startswith("refresh:")]
    assert refreshes == [new_york(11, 27, 12, 55), new_york(11, 27, 13, 0)]
