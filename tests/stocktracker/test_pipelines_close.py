from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from charts.services.saving import save_strategy
from portfolios.models import Portfolio
from pricing.gateway import RefusedError
from pricing.models import Bar, Breaker, Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import SupersededError
from stocktracker.pipelines import (
    after_close,
    fetch_history,
    request_second_sources,
    second_source,
)
from tests.charts.given import computed
from tests.charts.given import hold as holding
from tests.stocktracker.given import EVENING, FRIDAY, THURSDAY, Begin, Exchange, backfills, hold, rebuilds, stock

pytestmark = pytest.mark.django_db


def test_after_the_close_one_request_gives_fifty_instruments_their_bar_and_their_holders_a_rebuild(
    begin: Begin, friday: Market, exchange: Exchange, portfolio: Portfolio
) -> None:
    exchange("XNYS")
    stocks = [stock(f"SYM{number}", THURSDAY) for number in range(50)]
    hold(portfolio, stocks[0])
    run = begin("stocktracker.after_close")

    after_close(run, "XNYS", FRIDAY, EVENING)

    run.job.refresh_from_db()
    assert friday.summary() == {"quote": 1}
    assert (run.job.state, run.job.parts) == (State.PARTS, 1)  # the rebuild of whoever holds one of them
    assert run.job.result == {"instruments": 50, "changed": 50, "refused": {}}
    assert Bar.objects.filter(session=FRIDAY).count() == 50
    assert (rebuilds(), backfills()) == (1, set())


def test_one_instrument_more_is_one_request_more(begin: Begin, friday: Market, exchange: Exchange) -> None:
    exchange("XNYS")
    for number in range(51):
        stock(f"SYM{number}", THURSDAY)

    after_close(begin(), "XNYS", FRIDAY, EVENING)

    assert friday.summary() == {"quote": 2}


def test_a_split_is_noticed_by_the_previous_close_and_fetched_instead_of_stored(
    begin: Begin, friday: Market, exchange: Exchange, portfolio: Portfolio
) -> None:
    exchange("XNYS")
    hold(portfolio, stock("NVDA", THURSDAY))
    friday.split("NVDA", 2, 1, on=FRIDAY)
    run = begin()

    after_close(run, "XNYS", FRIDAY, EVENING)

    assert (backfills(), Bar.objects.filter(session=FRIDAY).count()) == ({"NVDA"}, 0)


def test_other_exchanges_and_unpriced_instruments_are_not_asked_for(
    begin: Begin, friday: Market, exchange: Exchange
) -> None:
    exchange("XNYS")
    stock("AAPL", THURSDAY)
    stock("VOD.L", THURSDAY, calendar="XLON", currency="GBp")
    Instrument.objects.create(symbol="NEWONE", calendar="XNYS")

    after_close(begin(), "XNYS", FRIDAY, EVENING)

    assert [request["symbols"] for request in friday.requests("quote")] == [["AAPL"]]


def test_bars_without_their_rebuilds_are_not_stored(
    begin: Begin, friday: Market, exchange: Exchange, portfolio: Portfolio
) -> None:
    exchange("XNYS")
    hold(portfolio, stock("AAPL", THURSDAY))
    run = begin()
    Job.objects.filter(pk=run.job.pk).update(attempts=2)  # another worker has taken over

    with pytest.raises(SupersededError):
        after_close(run, "XNYS", FRIDAY, EVENING)

    assert not Bar.objects.filter(session=FRIDAY).exists()
    assert Instrument.objects.get().revision == 0
    assert rebuilds() == 0


def test_a_refusal_leaves_the_job_to_be_postponed(begin: Begin, friday: Market, exchange: Exchange) -> None:
    exchange("XNYS")
    stock("AAPL", THURSDAY)
    row = Breaker.locked("yahoo", "quote")
    row.move(row.circuit.after_failure(timezone.now(), 0, weight=5, reason="HTTP 429"), timezone.now())
    run = begin()

    with pytest.raises(RefusedError):
        after_close(run, "XNYS", FRIDAY, EVENING)

    run.job.refresh_from_db()
    assert (run.job.state, friday.requests()) == (State.RUNNING, [])


@pytest.mark.parametrize(("calendar", "symbol"), [("24/7", "BTC-USD"), ("24/5", "EURUSD=X")])
def test_of_markets_without_an_evening_the_histories_are_fetched(
    begin: Begin, friday: Market, exchange: Exchange, calendar: str, symbol: str
) -> None:
    exchange(calendar)
    stock(symbol, THURSDAY, FRIDAY, calendar=calendar)
    run = begin()

    after_close(run, calendar, FRIDAY, EVENING)

    run.job.refresh_from_db()
    assert run.job.result == {"instruments": 1}
    assert (friday.requests(), backfills()) == ([], {symbol})


def test_an_exchange_nobody_holds_any_more_is_asked_for_nothing(begin: Begin, friday: Market) -> None:
    run = begin()

    after_close(run, "XNYS", FRIDAY, EVENING)

    run.job.refresh_from_db()
    assert (run.job.state, friday.requests()) == (State.DONE, [])


def test_what_has_no_hours_of_its_own_gets_its_bar_when_its_quote_says_that_the_market_is_closed(
    begin: Begin, friday: Market
) -> None:
    for symbol in ("OPAP.AT", "KO.AT"):
        Instrument.objects.create(symbol=symbol, calendar="quote", currency="EUR", status=Instrument.Status.ACTIVE)
    friday.set_time(datetime(2026, 11, 20, 12, tzinfo=UTC))
    after_close(begin(), "quote", FRIDAY, datetime(2026, 11, 20, 12, tzinfo=UTC))
    while_open = Bar.objects.count()
    friday.set_time(EVENING)

    after_close(begin(), "quote", FRIDAY, EVENING)

    assert (while_open, list(Bar.objects.values_list("session", flat=True))) == (0, [FRIDAY, FRIDAY])


def test_while_the_first_source_is_away_the_second_closes_the_day_of_whoever_has_one(
    begin: Begin, friday: Market, exchange: Exchange, portfolio: Portfolio
) -> None:
    exchange("XNYS")
    friday.set_time(datetime(2026, 11, 16, 22, tzinfo=UTC))
    for symbol, second in (("KO", "stooq"), ("PEP", "")):
        hold(portfolio, Instrument.objects.create(symbol=symbol, second_source=second))
        fetch_history(begin(), symbol, datetime(2026, 11, 16, 22, tzinfo=UTC))
    friday.set_time(EVENING)
    Job.objects.all().delete()

    request_second_sources("XNYS", FRIDAY)
    request_second_sources("XNYS", FRIDAY)
    asked = list(Job.objects.filter(kind="stocktracker.second_source"))
    second_source(begin(), "KO", EVENING)

    assert [job.args for job in asked] == [{"symbol": "KO"}]
    assert Bar.objects.filter(session=FRIDAY).count() == 1
    assert rebuilds() == 1


def test_a_day_the_second_source_closes_moves_saved_strategies_on(
    begin: Begin, friday: Market, exchange: Exchange, user: User
) -> None:
    exchange("XNYS")
    friday.set_time(datetime(2026, 11, 16, 22, tzinfo=UTC))
    Instrument.objects.create(symbol="KO", second_source="stooq")
    fetch_history(begin(), "KO", datetime(2026, 11, 16, 22, tzinfo=UTC))
    friday.set_time(EVENING)
    save_strategy(user, computed(user, holding("KO")), "Mine", EVENING)

    second_source(begin(), "KO", EVENING)

    assert Job.objects.get(kind="charts.strategy").subject == "Mine"
