from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from portfolios.models import Portfolio, Transaction
from pricing import gateway
from pricing.gateway import RefusedError
from pricing.market.bars import records
from pricing.models import Bar, Instrument, Quote, Upstream
from pricing.packed import merge
from pricing.simulator.control import Market
from pricing.simulator.prices import closes
from pricing.upstream.circuit import Circuit
from pricing.upstream.client import Bar as UpstreamBar
from pricing.upstream.client import RateLimited
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run, SupersededError
from stocktracker.pipelines import BENCHMARKS, after_close, fetch_history, warm_benchmarks

pytestmark = pytest.mark.django_db

Begin = Callable[..., Run]
Exchange = Callable[..., None]
THURSDAY, FRIDAY = date(2026, 11, 19), date(2026, 11, 20)
EVENING = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # half an hour after New York's close


@pytest.fixture
def friday(market: Market) -> Market:
    """The market on Friday evening; cookie and crumb are there, nothing is in the log."""
    market.set_time(EVENING)
    list(gateway.quotes(["AAPL"]))
    market.reset_log()
    return market


def stock(symbol: str, *days: date, calendar: str = "XNYS", currency: str = "USD") -> Instrument:
    """Known to us, with the market's close as the bar of each of these days."""
    made = Instrument.objects.create(
        symbol=symbol, calendar=calendar, currency=currency, status=Instrument.Status.ACTIVE, fetched_at=EVENING
    )
    prices = [float(closes(symbol, day, day)[1][0]) for day in days]
    bars = [UpstreamBar(day, price, price, price, price, price, 1) for day, price in zip(days, prices, strict=True)]
    merge(records(made.pk, bars))
    return made


def hold(portfolio: Portfolio, instrument: Instrument) -> None:
    Transaction.objects.create(
        portfolio=portfolio, date=THURSDAY, kind="buy", instrument=instrument, quantity=1, price=1, currency="USD"
    )


def rebuilds() -> int:
    return Job.objects.filter(kind="stocktracker.rebuild", state=State.QUEUED).count()


def backfills() -> set[str]:
    return {job.args["symbol"] for job in Job.objects.filter(kind="stocktracker.backfill", state=State.QUEUED)}


def test_a_new_symbol_takes_two_requests_and_its_holders_are_told(
    begin: Begin, friday: Market, portfolio: Portfolio
) -> None:
    nvidia = Instrument.objects.create(symbol="NVDA")
    hold(portfolio, nvidia)
    run = begin("stocktracker.backfill")

    fetch_history(run, "NVDA", EVENING)

    run.job.refresh_from_db()
    assert friday.summary() == {"chart": 1, "quote": 1}
    assert run.job.state == State.DONE
    assert run.job.result is not None
    assert (run.job.result["bars"], run.job.result["known"]) == (Bar.objects.count(), True)
    assert Quote.objects.get().instrument == nvidia
    assert rebuilds() == 1


def test_a_symbol_that_has_a_price_takes_one_request(begin: Begin, friday: Market) -> None:
    Instrument.objects.create(symbol="NVDA")
    fetch_history(begin(), "NVDA", EVENING)
    friday.reset_log()

    fetch_history(begin(), "NVDA", EVENING)

    assert friday.summary() == {"chart": 1}


def test_the_same_history_again_bothers_nobody(begin: Begin, friday: Market, portfolio: Portfolio) -> None:
    hold(portfolio, Instrument.objects.create(symbol="NVDA"))
    fetch_history(begin(), "NVDA", EVENING)
    Job.objects.all().delete()

    fetch_history(begin(), "NVDA", EVENING)

    assert rebuilds() == 0


def test_holders_of_a_symbol_nobody_knows_are_told_after_one_request(
    begin: Begin, friday: Market, portfolio: Portfolio
) -> None:
    hold(portfolio, Instrument.objects.create(symbol="NOSUCH"))
    run = begin()

    fetch_history(run, "NOSUCH", EVENING)

    run.job.refresh_from_db()
    assert run.job.result == {"bars": 0, "changed": 0, "known": False}
    assert Instrument.objects.get().status == Instrument.Status.UNKNOWN
    assert (friday.summary(), rebuilds()) == ({"chart": 1}, 1)


def test_holders_are_told_even_if_the_attempt_that_stored_the_history_then_failed(
    begin: Begin, friday: Market, portfolio: Portfolio
) -> None:
    hold(portfolio, Instrument.objects.create(symbol="NVDA"))
    friday.throttle(requests=1, kind="quote")
    with pytest.raises(RateLimited):
        fetch_history(begin(attempts=1), "NVDA", EVENING)
    told_too_early = rebuilds()
    Upstream.objects.get().move(Circuit(), timezone.now())

    fetch_history(begin(attempts=2), "NVDA", EVENING)

    assert (told_too_early, rebuilds()) == (0, 1)


def test_a_currency_that_changed_makes_a_new_ledger_so_that_no_smaller_revision_can_hide_it(
    begin: Begin, friday: Market, portfolio: Portfolio
) -> None:
    instrument = Instrument.objects.create(symbol="NVDA", currency="EUR")  # the market says dollars
    hold(portfolio, instrument)
    before = Portfolio.objects.get().ledger_revision

    fetch_history(begin(), "NVDA", EVENING)
    changed = Portfolio.objects.get().ledger_revision
    fetch_history(begin(), "NVDA", EVENING)

    assert (changed, Portfolio.objects.get().ledger_revision) == (before + 1, before + 1)


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
    assert (run.job.state, run.job.result) == (State.DONE, {"instruments": 50, "changed": 50, "gaps": 0})
    assert Bar.objects.filter(session=FRIDAY).count() == 50
    assert (rebuilds(), backfills()) == (1, set())


def test_one_instrument_more_is_one_request_more(begin: Begin, friday: Market, exchange: Exchange) -> None:
    exchange("XNYS")
    for number in range(51):
        stock(f"SYM{number}", THURSDAY)

    after_close(begin(), "XNYS", FRIDAY, EVENING)

    assert friday.summary() == {"quote": 2}


def test_a_day_that_was_missed_is_fetched_although_todays_bar_is_there(
    begin: Begin, friday: Market, exchange: Exchange
) -> None:
    exchange("XNYS")
    stock("AAPL", THURSDAY)
    stock("MSFT", date(2026, 11, 16))
    run = begin()

    after_close(run, "XNYS", FRIDAY, EVENING)

    job = Job.objects.get(kind="stocktracker.backfill")
    assert Bar.objects.filter(session=FRIDAY).count() == 2
    assert (job.args, job.parent, job.priority) == ({"symbol": "MSFT"}, run.job, 6)


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
    row = Upstream.locked("yahoo")
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
    assert run.job.result == {"instruments": 1, "changed": 0, "gaps": 1}
    assert (friday.requests(), backfills()) == ([], {symbol})


def test_an_exchange_nobody_holds_any_more_is_asked_for_nothing(begin: Begin, friday: Market) -> None:
    run = begin()

    after_close(run, "XNYS", FRIDAY, EVENING)

    run.job.refresh_from_db()
    assert (run.job.state, friday.requests()) == (State.DONE, [])


def test_benchmarks_are_fetched_when_new_and_again_each_evening(begin: Begin) -> None:
    warm_benchmarks(begin())
    new = backfills()
    Job.objects.all().delete()
    Instrument.objects.update(fetched_at=EVENING, status=Instrument.Status.ACTIVE)
    warm_benchmarks(begin())

    assert new == backfills() == set(BENCHMARKS)
    assert set(Job.objects.filter(state=State.QUEUED).values_list("priority", flat=True)) == {6}


def test_a_benchmark_is_fetched_by_one_job_whoever_asks(begin: Begin) -> None:
    warm_benchmarks(begin())
    warm_benchmarks(begin())

    assert Job.objects.filter(kind="stocktracker.backfill").count() == len(BENCHMARKS)
