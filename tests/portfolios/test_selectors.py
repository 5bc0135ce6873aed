from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import ImportBatch, Portfolio, Snapshot
from portfolios.selectors import (
    Dashboard,
    accounts_of,
    activity,
    dashboard,
    job_of,
    portfolios_of,
    proposed_dividends,
    quality,
    snapshot_of,
)
from portfolios.services.imports import upload
from pricing.market.freshness import Freshness
from pricing.models import Breaker, Finding, Instrument
from stocktracker.jobs.models import Job, State
from tests.portfolios.given import NOW, bars, listed, proposed, quote, rebuilt, sessions, typed

pytestmark = pytest.mark.django_db


def page(portfolio: Portfolio, **later: float) -> Dashboard:
    mine = portfolios_of(portfolio.owner)
    return dashboard(next(row for row in mine if row.pk == portfolio.pk), mine, NOW + timedelta(**later))


@pytest.fixture
def two_shares(portfolio: Portfolio) -> Portfolio:
    """10 AAPL at 190 and 100 VOD.L at 71.20 pence, the pound at 1.25; everything quoted a moment ago."""
    sessions()
    sessions("XLON")
    sessions("24/5")
    apple, vodafone, pound = listed("AAPL"), listed("VOD.L", "GBp", "XLON"), listed("GBPUSD=X", "USD", "24/5")
    for instrument, price, previous in ((apple, "190", "200"), (vodafone, "71.2", "70"), (pound, "1.25", "1.25")):
        bars(instrument, {"2024-06-03": float(previous), "2024-06-04": float(previous)})
        quote(instrument, price, previous)
    typed(portfolio, Kind.BUY, "2024-06-03", apple, "10", price="150")
    typed(portfolio, Kind.BUY, "2024-06-03", vodafone, "100", price="60")
    rebuilt(portfolio)
    return portfolio


def test_the_total_is_every_holding_at_its_latest_price(two_shares: Portfolio) -> None:
    found = page(two_shares)

    # 10 × 190 and 100 × £0.712 × 1.25
    assert [(row.valued.instrument.symbol, row.valued.value) for row in found.rows] == [
        ("AAPL", Decimal(1900)),
        ("VOD.L", Decimal(89)),
    ]
    assert found.total == 1989
    assert found.day_change == Decimal("-98.5")  # −100 and 100 × £0.012 × 1.25
    assert found.day_rate == found.day_change / Decimal("2087.5")
    assert sum(row.weight or 0 for row in found.rows) == 1
    assert [row.relative_weight for row in found.rows] == [1, Decimal(89) / 1900]


def test_three_queries_answer_a_dashboard(two_shares: Portfolio, django_assert_num_queries: Callable[..., Any]) -> None:
    mine = portfolios_of(two_shares.owner)

    with django_assert_num_queries(3):
        dashboard(mine[0], mine, NOW)


def test_fresh_prices_say_their_age_while_an_exchange_trades(two_shares: Portfolio) -> None:
    found = page(two_shares, minutes=2)

    assert (found.freshline.state, found.freshline.text) == (Freshness.FRESH, "Prices 2 min old")
    assert (found.market, found.market_open) == ("NYSE open, closes in 4 h 58 min", True)
    assert found.day_label == "today"


def test_after_the_close_the_last_prices_are_closing_prices(two_shares: Portfolio) -> None:
    for instrument in Instrument.objects.select_related("quote"):
        instrument.quote.fetched_at = NOW + timedelta(hours=6)
        instrument.quote.save()

    found = page(two_shares, hours=7)

    assert found.freshline.text == "Closing prices"
    assert found.market == "NYSE closed, opens Thu 6 Jun, 09:30 ET"


def test_prices_of_this_morning_are_older_than_we_aim_for(two_shares: Portfolio) -> None:
    found = page(two_shares, hours=2)

    assert (found.freshline.state, found.freshline.text) == (Freshness.CACHED, "Prices 2 h 00 min old")


def test_prices_of_another_day_are_stale_and_the_label_names_the_day(two_shares: Portfolio) -> None:
    found = page(two_shares, days=2)

    assert (found.freshline.state, found.freshline.text) == (Freshness.STALE, "Stale: prices 2 days old")
    assert found.day_label == "on Wed 5 Jun"


def test_while_the_source_is_paused_the_page_says_why(two_shares: Portfolio) -> None:
    Breaker.objects.create(
        source="yahoo",
        family="quote",
        state="open",
        open_until=NOW + timedelta(hours=3),
        reason="RateLimited: 429",
    )

    found = page(two_shares, hours=1)

    assert (found.freshline.state, found.freshline.reason) == (Freshness.STALE, "RateLimited: 429")
    assert page(two_shares, hours=4).freshline.reason == ""


def test_a_security_without_a_price_is_counted(two_shares: Portfolio) -> None:
    typed(two_shares, Kind.BUY, "2024-06-04", listed("NEW", status=Instrument.Status.NEW), "1", price="50")
    rebuilt(two_shares)

    found = page(two_shares)

    assert (found.freshline.state, found.freshline.text) == (Freshness.MISSING, "1 without a price yet")
    assert found.total == 1989 + 50


def test_cash_is_part_of_the_total(user: Any) -> None:
    portfolio = Portfolio.objects.create(owner=user, name="Cash", base_currency="USD", tracks_cash=True)
    typed(portfolio, Kind.DEPOSIT, "2024-06-03", amount="100")
    rebuilt(portfolio)

    found = page(portfolio)

    assert (found.cash, found.total, found.rows) == (100, 100, [])
    assert (found.day_change, found.day_rate, found.freshline.text) == (0, 0, "No prices needed")


def test_a_new_portfolio_is_empty_and_unfinished_once_it_has_transactions(portfolio: Portfolio) -> None:
    empty = page(portfolio)
    typed(portfolio, Kind.FEE, "2024-06-03", amount="1", currency="XXX")
    waiting = page(portfolio)

    assert (empty.total, empty.figures, empty.periods, empty.drawdown_low) == (0, {}, [], None)
    assert (empty.day_rate, empty.unfinished, empty.outdated) == (None, False, False)
    assert (waiting.unfinished, snapshot_of(waiting.portfolio)) == (True, None)


def test_figures_of_an_older_ledger_are_outdated_until_they_are_computed(two_shares: Portfolio) -> None:
    before = page(two_shares)
    typed(two_shares, Kind.SELL, "2024-06-04", Instrument.objects.get(symbol="AAPL"), "10", price="190")
    changed = page(two_shares)
    rebuilt(two_shares)

    assert (before.outdated, changed.outdated, page(two_shares).outdated) == (False, True, False)
    assert (changed.unfinished, changed.periods[0][0]) == (False, "1M")


def test_the_low_of_the_largest_drop_is_a_day(two_shares: Portfolio) -> None:
    never_fell = page(two_shares).drawdown_low
    bars(Instrument.objects.get(symbol="AAPL"), {"2024-06-04": 180.0})
    rebuilt(two_shares)

    assert (never_fell, page(two_shares).drawdown_low) == (None, date(2024, 6, 4))


def test_the_job_of_a_file_is_found_by_its_batch(portfolio: Portfolio) -> None:
    batch, job = upload(portfolio, "a.csv", b"date,kind\n", portfolio.owner_id)
    other = ImportBatch.objects.create(portfolio=portfolio, filename="b.csv", content=b"")
    Job.objects.filter(pk=job.pk).update(state=State.FAILED, error="Unavailable: time-out")

    assert [getattr(job_of(row), "error", None) for row in (batch, other)] == ["Unavailable: time-out", None]


def test_the_latest_transactions_come_first_with_what_waits_for_their_owner(two_shares: Portfolio) -> None:
    apple = Instrument.objects.get(symbol="AAPL")
    for day, state in (("2024-03-14", "open"), ("2024-06-14", "dismissed")):
        proposed(two_shares, apple, day, state=state)

    found = activity(two_shares, "x")

    assert [row.instrument.symbol for row in found.page if row.instrument] == ["VOD.L", "AAPL"]
    assert (found.proposed, found.wrong, found.page.number) == (1, quality(two_shares).count, 1)


def test_accounts_are_those_that_were_named(portfolio: Portfolio) -> None:
    for account in ("b", "", "a", "b"):
        typed(portfolio, Kind.FEE, "2024-06-03", amount="1", account=account)

    assert accounts_of(portfolio) == ["a", "b"]


def test_proposed_dividends_come_open_and_dismissed(portfolio: Portfolio) -> None:
    share = listed("KO")
    rows = [
        proposed(portfolio, share, day, state=state)
        for day, state in (("2024-03-14", "open"), ("2024-06-14", "dismissed"))
    ]

    found = proposed_dividends(portfolio)

    assert [found.open, found.dismissed] == [rows[:1], rows[1:]]


def test_what_looks_wrong_is_counted_with_every_price_the_figures_depend_on(two_shares: Portfolio) -> None:
    unused = listed("CHFUSD=X")
    for symbol in ("GBPUSD=X", "AAPL", "CHFUSD=X"):
        instrument = Instrument.objects.get(symbol=symbol)
        Finding.objects.create(instrument=instrument, kind="gap", day="2024-01-03", message="One day.", found_at=NOW)
    Snapshot.objects.update(problem="No.", findings=[{"kind": "price", "day": "2024-06-03", "message": "Odd."}])

    found = quality(two_shares)

    assert [row.instrument.symbol for row in found.prices] == ["AAPL", "GBPUSD=X"]
    assert (found.problem, found.ledger[0].day, found.count, unused.findings.count()) == ("No.", date(2024, 6, 3), 4, 1)


def test_before_the_first_rebuild_nothing_looks_wrong(portfolio: Portfolio) -> None:
    assert quality(portfolio).count == 0
