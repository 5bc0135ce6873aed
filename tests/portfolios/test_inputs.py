from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from portfolios.accounting.entries import Kind
from portfolios.dependencies import prices_revision
from portfolios.inputs import read_inputs
from portfolios.models import Portfolio
from portfolios.performance.book import dates
from pricing.models import Dividend, Instrument
from tests.portfolios.given import bars, listed, split, typed

pytestmark = pytest.mark.django_db


def test_prices_come_in_their_quoted_unit_and_rates_beside_them(portfolio: Portfolio) -> None:
    vodafone, pound = listed("VOD.L", "GBp", "XLON"), listed("GBPUSD=X", "USD", "24/5")
    bars(vodafone, {"2024-01-02": 71.2})
    bars(pound, {"2024-01-02": 1.25, "2024-01-03": 1.26})
    typed(portfolio, Kind.BUY, "2024-01-03", vodafone, "100", price="71.2")

    inputs = read_inputs(portfolio)

    priced = inputs.book.listed[vodafone.pk]
    assert (priced.prices.closes.tolist(), priced.unit, priced.currency) == ([71.2], 0.01, "GBP")
    assert inputs.book.rates["GBP"].closes.tolist() == [1.25, 1.26]
    assert inputs.rate_ids == {"GBP": pound.pk}
    assert (inputs.entries[0].gross, inputs.entries[0].rate) == (Decimal("71.2"), Decimal("1.26"))
    assert (inputs.missing_rates, priced.priced) == ([], True)


def test_a_rate_is_that_of_the_last_day_before_or_else_the_first_known(portfolio: Portfolio) -> None:
    bars(listed("EURUSD=X", "USD", "24/5"), {"2024-01-05": 1.10, "2024-01-08": 1.20})
    for day in ("2024-01-02", "2024-01-06", "2024-01-09"):
        typed(portfolio, Kind.DEPOSIT, day, amount="1", currency="EUR")

    rates = [entry.rate for entry in read_inputs(portfolio).entries]

    assert rates == [Decimal("1.1"), Decimal("1.1"), Decimal("1.2")]


def test_a_rate_without_bars_is_missing(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="1", currency="EUR")
    listed("EURUSD=X")
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="1", currency="GBp")

    assert sorted(read_inputs(portfolio).missing_rates) == ["EURUSD=X", "GBPUSD=X"]


def test_without_bars_a_security_is_worth_its_last_trade_in_todays_shares(
    portfolio: Portfolio, apple: Instrument
) -> None:
    typed(portfolio, Kind.BUY, "2024-01-02", apple, "10", price="100")
    typed(portfolio, Kind.SPLIT, "2024-02-01", apple, "4")
    typed(portfolio, Kind.DIVIDEND, "2024-02-15", apple, "40", amount="8")  # no price, though it has a quantity
    typed(portfolio, Kind.SELL, "2024-03-01", apple, "4", price="30")

    inputs = read_inputs(portfolio)

    stand_in = inputs.book.listed[apple.pk]
    assert not stand_in.priced
    assert dates(stand_in.prices.days) == [date(2024, 1, 2), date(2024, 3, 1)]
    assert stand_in.prices.closes.tolist() == [25.0, 30.0]


def test_dividends_come_per_share_in_pounds_where_prices_are_in_pence(portfolio: Portfolio) -> None:
    vodafone = listed("VOD.L", "GBp", "XLON")
    bars(vodafone, {"2024-01-02": 71.2})
    bars(listed("GBPUSD=X", "USD", "24/5"), {"2024-01-02": 1.25})
    Dividend.objects.create(instrument=vodafone, ex_date=date(2024, 1, 3), amount=Decimal("4.5"))
    typed(portfolio, Kind.BUY, "2024-01-02", vodafone, "100", price="71.2")

    [payout] = read_inputs(portfolio).payouts[vodafone.pk]

    assert (payout.ex_date, payout.amount, payout.currency) == (date(2024, 1, 3), Decimal("0.045"), "GBP")


def test_the_range_of_a_trades_day_is_that_of_its_shares_then(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    bars(share, {"2024-01-02": 50.0})
    split(share, "2024-02-01", 4)
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="200")
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="190", currency="EUR")  # cannot be compared
    bars(listed("EURUSD=X", "USD", "24/5"), {"2024-01-02": 1.1})

    [fill] = read_inputs(portfolio).fills

    assert (fill.symbol, fill.price, fill.low, fill.high) == ("AAPL", 200, 200, 200)


def test_the_benchmark_is_its_total_return(portfolio: Portfolio) -> None:
    fund = listed("SPY")
    bars(fund, {"2024-01-02": 470.0, "2024-01-03": 471.0}, adjusted={"2024-01-02": 460.0, "2024-01-03": 471.0})
    portfolio.benchmark = fund

    [benchmark] = read_inputs(portfolio).book.benchmarks.values()

    assert (benchmark.symbol, benchmark.prices.closes.tolist()) == ("SPY", [460.0, 471.0])


def test_up_to_four_benchmarks_the_one_of_the_dashboard_first(portfolio: Portfolio) -> None:
    funds = [listed(symbol) for symbol in ("SPY", "VTI", "ACWI", "BND")]
    for fund in funds:
        bars(fund, {"2024-01-02": 100.0})
    portfolio.benchmark = funds[0]
    portfolio.more_benchmarks.set(funds[1:])

    assert list(read_inputs(portfolio).book.benchmarks) == ["SPY", "ACWI", "BND", "VTI"]


@pytest.mark.parametrize("currency", ["", "USD"])
def test_a_benchmark_nobody_has_fetched_yet_is_none(portfolio: Portfolio, currency: str) -> None:
    portfolio.benchmark = listed("SPY", currency)

    inputs = read_inputs(portfolio)

    assert (inputs.book.benchmarks, inputs.missing_rates) == ({}, [])


def test_splits_of_the_source_are_read_with_their_instrument(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    split(share, "2024-02-01", 4)
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="1")

    [fact] = read_inputs(portfolio).book.splits[share.pk]

    assert (fact.ex_date, fact.new, fact.old) == (date(2024, 2, 1), 4, 1)


def test_reading_takes_as_many_queries_for_thirty_securities_as_for_one(
    portfolio: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(30):
        share = listed(f"S{number}", "EUR")
        bars(share, {"2024-01-02": 1.0})
        typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="1")

    fresh = Portfolio.objects.select_related("benchmark").prefetch_related("more_benchmarks").get()

    # twice two for the revision; transactions, instruments, rates, closes, splits, dividends, ranges of the days
    with django_assert_num_queries(11):
        inputs = read_inputs(fresh)

    assert len(inputs.book.listed) == 30


def test_a_price_that_changes_while_reading_is_read_again(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    bars(share, {"2024-01-02": 400.0})
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="400")

    def split_arrives(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Between bars and splits a worker swaps in the history restated for a split of today."""
        if "pricing_split" in sql and not Instrument.objects.filter(pk=share.pk, revision__gt=1).exists():
            Instrument.objects.filter(pk=share.pk).update(revision=F("revision") + 1)
            bars(share, {"2024-01-02": 100.0})
            split(share, "2024-06-03", 4)
        return execute(sql, *rest)

    with connection.execute_wrapper(split_arrives):
        inputs = read_inputs(portfolio)

    book = inputs.book
    assert (book.listed[share.pk].prices.closes.tolist(), len(book.splits[share.pk])) == ([100.0], 1)
    assert inputs.prices_revision == prices_revision(portfolio)
