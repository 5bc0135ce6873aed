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
from portfolios.performance.arrays import dates
from pricing.models import Instrument
from tests.portfolios.given import bars, listed, split, typed

pytestmark = pytest.mark.django_db


def test_prices_come_in_their_quoted_unit_and_rates_beside_them(portfolio: Portfolio) -> None:
    vodafone, pound = listed("VOD.L", "GBp", "XLON"), listed("GBPUSD=X", "USD", "24/5")
    bars(vodafone, {"2024-01-02": 71.2})
    bars(pound, {"2024-01-02": 1.25, "2024-01-03": 1.26})
    typed(portfolio, Kind.BUY, "2024-01-03", vodafone, "100", price="71.2")

    inputs = read_inputs(portfolio)

    priced = inputs.closes[vodafone.pk]
    assert (priced.prices.closes.tolist(), priced.unit, priced.currency) == ([71.2], 0.01, "GBP")
    assert inputs.rates["GBP"].closes.tolist() == [1.25, 1.26]
    assert inputs.rate_ids == {"GBP": pound.pk}
    assert (inputs.entries[0].gross, inputs.entries[0].rate) == (Decimal("71.2"), Decimal("1.26"))
    assert (inputs.missing_rates, inputs.unpriced) == ([], set())


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

    stand_in = inputs.closes[apple.pk].prices
    assert inputs.unpriced == {apple.pk}
    assert dates(stand_in.days) == [date(2024, 1, 2), date(2024, 3, 1)]
    assert stand_in.closes.tolist() == [25.0, 30.0]


def test_the_sessions_of_an_exchange_make_the_days_and_coins_only_where_there_is_none(portfolio: Portfolio) -> None:
    share, coin = listed("AAPL"), listed("BTC-USD", "USD", "24/7")
    bars(share, {"2024-01-05": 1.0})
    bars(coin, {"2024-01-05": 1.0, "2024-01-06": 1.0})
    typed(portfolio, Kind.BUY, "2024-01-05", coin, "1", price="1")
    alone = [len(pack.days) for pack in read_inputs(portfolio).sessions]

    typed(portfolio, Kind.BUY, "2024-01-05", share, "1", price="1")

    assert alone == [2]
    assert [len(pack.days) for pack in read_inputs(portfolio).sessions] == [1]


def test_the_benchmark_is_its_total_return(portfolio: Portfolio) -> None:
    fund = listed("SPY")
    bars(fund, {"2024-01-02": 470.0, "2024-01-03": 471.0}, adjusted={"2024-01-02": 460.0, "2024-01-03": 471.0})
    portfolio.benchmark = fund

    benchmark = read_inputs(portfolio).benchmark

    assert benchmark is not None
    assert benchmark.prices.closes.tolist() == [460.0, 471.0]


@pytest.mark.parametrize("currency", ["", "USD"])
def test_a_benchmark_nobody_has_fetched_yet_is_none(portfolio: Portfolio, currency: str) -> None:
    portfolio.benchmark = listed("SPY", currency)

    inputs = read_inputs(portfolio)

    assert (inputs.benchmark, inputs.missing_rates) == (None, [])


def test_splits_of_the_source_are_read_with_their_instrument(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    split(share, "2024-02-01", 4)
    typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="1")

    [fact] = read_inputs(portfolio).splits[share.pk]

    assert (fact.ex_date, fact.new, fact.old) == (date(2024, 2, 1), 4, 1)


def test_reading_takes_as_many_queries_for_thirty_securities_as_for_one(
    portfolio: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(30):
        share = listed(f"S{number}", "EUR")
        bars(share, {"2024-01-02": 1.0})
        typed(portfolio, Kind.BUY, "2024-01-02", share, "1", price="1")

    with django_assert_num_queries(8):  # twice two for the revision; transactions, rates, closes, splits
        inputs = read_inputs(portfolio)

    assert len(inputs.closes) == 30


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

    assert (inputs.closes[share.pk].prices.closes.tolist(), len(inputs.splits[share.pk])) == ([100.0], 1)
    assert inputs.prices_revision == prices_revision(portfolio)
