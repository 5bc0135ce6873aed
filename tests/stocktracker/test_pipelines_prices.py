from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from charts.services.saving import save_strategy
from portfolios.models import Holding, Portfolio
from pricing.models import Bar, Correction, Dividend, Instrument, Quote, TradingSession
from pricing.services.refresh import refresh_quotes
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import SupersededError
from stocktracker.pipelines import (
    BENCHMARKS,
    correct,
    fetch_history,
    reconcile,
    warm_benchmarks,
)
from tests.charts.given import computed, walk
from tests.charts.given import hold as holding
from tests.stocktracker.given import EVENING, FRIDAY, THURSDAY, Begin, Exchange, Held, backfills, hold, rebuilds, stock

pytestmark = pytest.mark.django_db


def test_a_new_symbol_takes_one_request_and_its_holders_and_its_first_price_are_asked_for(
    begin: Begin, friday: Market, portfolio: Portfolio
) -> None:
    nvidia = Instrument.objects.create(symbol="NVDA")
    hold(portfolio, nvidia)
    run = begin("stocktracker.backfill")

    fetch_history(run, "NVDA", EVENING)

    run.job.refresh_from_db()
    assert friday.summary() == {"chart": 1}
    assert run.job.state == State.DONE
    assert run.job.result is not None
    assert (run.job.result["bars"], run.job.result["known"]) == (Bar.objects.count(), True)
    assert Job.objects.filter(kind="pricing.first_quotes", state=State.QUEUED).count() == 1
    assert rebuilds() == 1


def test_a_symbol_that_has_a_price_asks_for_no_first_one(begin: Begin, friday: Market) -> None:
    nvidia = Instrument.objects.create(symbol="NVDA")
    Quote.objects.create(instrument=nvidia, price=1, at=EVENING, fetched_at=EVENING)

    fetch_history(begin(), "NVDA", EVENING)

    assert not Job.objects.filter(kind="pricing.first_quotes").exists()


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
    assert run.job.result == {"bars": 0, "changed": 0, "known": False, "refused": "", "split": 1.0}
    assert Instrument.objects.get().status == Instrument.Status.UNKNOWN
    assert (friday.summary(), rebuilds()) == ({"chart": 1}, 1)


def test_a_history_is_stored_although_quotes_are_refused(begin: Begin, friday: Market, portfolio: Portfolio) -> None:
    hold(portfolio, Instrument.objects.create(symbol="NVDA"))
    friday.throttle(kind="quote")

    fetch_history(begin(), "NVDA", EVENING)

    assert (Bar.objects.exists(), rebuilds()) == (True, 1)


def test_a_history_is_stored_together_with_what_follows_from_it(
    begin: Begin, friday: Market, portfolio: Portfolio
) -> None:
    hold(portfolio, Instrument.objects.create(symbol="NVDA"))
    run = begin()
    Job.objects.filter(pk=run.job.pk).update(attempts=2)  # another worker has taken over

    with pytest.raises(SupersededError):
        fetch_history(run, "NVDA", EVENING)

    assert (Bar.objects.exists(), Instrument.objects.get().fetched_at, rebuilds()) == (False, None, 0)


def test_another_currency_is_refused_until_somebody_says_that_it_is_right(
    begin: Begin, friday: Market, portfolio: Portfolio
) -> None:
    instrument = Instrument.objects.create(symbol="NVDA", currency="EUR", status="active")  # the market says dollars
    hold(portfolio, instrument)
    before = Portfolio.objects.get().ledger_revision

    fetch_history(begin(), "NVDA", EVENING)
    refused = (Bar.objects.count(), Instrument.objects.get().currency, rebuilds())
    finding = instrument.findings.get()
    fetch_history(begin(), "NVDA", EVENING, trusted=True)
    fetch_history(begin(), "NVDA", EVENING)

    # A sum of revisions could become smaller with another exchange rate: that of the ledger cannot.
    assert refused == (0, "EUR", 0)
    assert (finding.kind, finding.before) == ("currency", "EUR")
    assert Instrument.objects.get().currency == "USD"
    assert (Portfolio.objects.get().ledger_revision, rebuilds()) == (before + 1, 1)


def test_at_no_moment_of_a_split_does_a_page_multiply_old_shares_by_new_prices(
    begin: Begin, friday: Market, exchange: Exchange, held: Held
) -> None:
    exchange("XNYS")
    friday.set_time(datetime(2026, 11, 19, 22, tzinfo=UTC))
    nvidia = Instrument.objects.create(symbol="NVDA")
    fetch_history(begin(), "NVDA", datetime(2026, 11, 19, 22, tzinfo=UTC))
    refresh_quotes([Instrument.objects.get()], datetime(2026, 11, 19, 22, tzinfo=UTC), lambda *_: None)
    held(nvidia, 10)
    worth = Quote.objects.get().price * 10
    friday.set_time(EVENING)
    friday.split("NVDA", 4, 1, on=FRIDAY)

    held_back = refresh_quotes([Instrument.objects.get()], EVENING, lambda *_: None)
    between = Quote.objects.get().price * Holding.objects.get().quantity
    fetch_history(begin(), "NVDA", EVENING)
    after = Quote.objects.get().price * Holding.objects.get().quantity

    assert (held_back.restated, list(held_back.updated)) == (["NVDA"], [])
    assert between == worth
    assert (Holding.objects.get().quantity, after) == (40, pytest.approx(worth))
    assert Job.objects.filter(kind="pricing.refresh_quotes", args={"symbols": ["NVDA"]}).count() == 1


def reconciled() -> list[str]:
    """Symbols whose histories are asked for, in the order of the jobs."""
    jobs = Job.objects.filter(kind="stocktracker.backfill", state=State.QUEUED).order_by("pk")
    return [job.args["symbol"] for job in jobs]


def test_a_missed_session_is_asked_for_the_next_morning_what_is_held_first(
    begin: Begin, market: Market, exchange: Exchange, held: Held
) -> None:
    exchange("XNYS")
    near = TradingSession.objects.filter(session__range=(date(2026, 11, 10), FRIDAY))
    days = sorted(near.values_list("session", flat=True))
    complete, lost, wanted = stock("AAA", *days), stock("KO", *days[:-1]), stock("PEP", *days[:-1])
    held(wanted)
    run = begin("stocktracker.reconcile")

    reconcile(run, datetime(2026, 11, 21, 6, tzinfo=UTC))

    run.job.refresh_from_db()
    assert reconciled() == ["PEP", "KO"]
    assert run.job.result == {"gaps": 2, "dividends": 0, "in turn": 0}
    assert complete.symbol not in reconciled()
    assert lost.symbol in reconciled()


def test_a_seventh_of_all_histories_is_checked_each_day_the_oldest_first(begin: Begin, market: Market) -> None:
    for number in range(10):
        Instrument.objects.create(
            symbol=f"S{number}",
            calendar="XNYS",
            status=Instrument.Status.ACTIVE if number else Instrument.Status.DELISTED,
            fetched_at=EVENING - timedelta(days=9 - number),
        )

    reconcile(begin("stocktracker.reconcile"), EVENING)

    assert reconciled() == ["S0", "S1"]


def test_who_is_about_to_pay_a_dividend_is_asked_each_morning(begin: Begin, market: Market) -> None:
    payer = Instrument.objects.create(
        symbol="KO", calendar="XNYS", status=Instrument.Status.ACTIVE, fetched_at=EVENING - timedelta(hours=15)
    )
    for day in (date(2026, 2, 20), date(2026, 5, 21), date(2026, 8, 21)):
        Dividend.objects.create(instrument=payer, ex_date=day, amount=1)

    reconcile(begin("stocktracker.reconcile"), EVENING)

    assert reconciled() == ["KO"]


def test_what_a_person_entered_reaches_the_holders(begin: Begin, friday: Market, portfolio: Portfolio) -> None:
    instrument = Instrument.objects.create(symbol="KO")
    hold(portfolio, instrument)
    fetch_history(begin(), "KO", EVENING)
    Job.objects.all().delete()
    Correction.objects.create(instrument=instrument, session=THURSDAY, close=5, entered_at=EVENING)

    correct(begin(), "KO", EVENING)
    first = rebuilds()
    correct(begin(), "KO", EVENING)

    assert Bar.objects.get(session=THURSDAY).close == 5
    assert (first, rebuilds()) == (1, 1)


def test_a_price_entered_for_a_house_is_its_quote(begin: Begin, friday: Market, portfolio: Portfolio) -> None:
    house = Instrument.objects.create(symbol="HOUSE", currency="USD", calendar="XNYS", status=Instrument.Status.MANUAL)
    Correction.objects.create(instrument=house, session=THURSDAY, close=500_000, entered_at=EVENING)

    correct(begin(), "HOUSE", EVENING)

    assert Quote.objects.get().price == 500_000
    assert Quote.objects.get().at.date() == THURSDAY


def test_what_most_people_try_is_fetched_once_after_everybody_else(begin: Begin, settings: Settings) -> None:
    settings.POPULAR_SYMBOLS = ["SPY", "QQQ"]

    warm_benchmarks(begin())
    asked = dict(Job.objects.filter(kind="stocktracker.backfill").values_list("args__symbol", "priority"))
    Job.objects.all().delete()
    Instrument.objects.update(fetched_at=EVENING, status=Instrument.Status.ACTIVE)
    warm_benchmarks(begin())

    assert asked == {"SPY": 2, "QQQ": 8}
    assert backfills() == {"SPY"}


def test_benchmarks_are_fetched_when_new_and_again_each_evening(begin: Begin, settings: Settings) -> None:
    settings.POPULAR_SYMBOLS = []
    warm_benchmarks(begin())
    new = backfills()
    Job.objects.all().delete()
    Instrument.objects.update(fetched_at=EVENING, status=Instrument.Status.ACTIVE)
    warm_benchmarks(begin())

    assert new == backfills() == set(BENCHMARKS)
    assert set(Job.objects.filter(state=State.QUEUED).values_list("priority", flat=True)) == {6}


def test_a_benchmark_is_fetched_by_one_job_whoever_asks(begin: Begin, settings: Settings) -> None:
    settings.POPULAR_SYMBOLS = []
    warm_benchmarks(begin())
    warm_benchmarks(begin())

    assert Job.objects.filter(kind="stocktracker.backfill").count() == len(BENCHMARKS)


def test_prices_that_were_entered_move_saved_strategies_on(begin: Begin, user: User) -> None:
    walk("KO", status=Instrument.Status.MANUAL, entered_by=user)
    save_strategy(user, computed(user, holding("KO")), "Mine", EVENING)
    Correction.objects.create(
        instrument=Instrument.objects.get(symbol="KO"), session=THURSDAY, close=5, entered_at=EVENING
    )

    correct(begin(), "KO", EVENING)

    assert Job.objects.get(kind="charts.strategy").subject == "Mine"
