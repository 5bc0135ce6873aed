from typing import Any

import pytest
from django.utils.translation import override

from charts.backtests.request import as_data, read
from charts.pages import words
from stocktracker.formats import Style, written_as


def data(**request: Any) -> dict[str, Any]:
    return as_data(read({"strategy": {"kind": "hold", "weights": {"VTI": 1}}} | request))


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        ({"kind": "hold", "weights": {"VTI": 0.6, "BND": 0.35}, "cash": 0.05},
         "60% VTI, 35% BND, 5% cash, bought once and held"),
        ({"kind": "hold", "weights": {f"A{n}": 0.125 for n in range(8)}},
         "12.5% A0, 12.5% A1, 12.5% A2, 12.5% A3, 12.5% A4 and 3 more, bought once and held"),
        ({"kind": "allocation", "weights": {"VTI": 1}, "every": "year"}, "VTI, rebalanced every year"),
        ({"kind": "allocation", "weights": {"VTI": 1}, "band": 0.05},
         "VTI, rebalanced when a part is more than 5 points off"),
        ({"kind": "crossover", "symbol": "SPY"},
         "SPY while its SMA of 50 days is above that of 200 days, else cash"),
        ({"kind": "crossover", "symbol": "SPY", "entry": "cross", "average": "ema"},
         "SPY, bought when its EMA of 50 days crosses that of 200 days from below, else cash"),
        ({"kind": "reversion", "symbol": "QQQ"}, "QQQ, bought when its RSI of 14 days is below 30, sold above 70"),
        ({"kind": "momentum", "symbols": ["VTI", "BND"], "top": 1, "skip": 1},
         "the 1 of BND, VTI that rose most in 12 months without the last 1, chosen anew every month"),
        ({"kind": "momentum", "symbols": ["VTI", "BND"], "top": 1},
         "the 1 of BND, VTI that rose most in 12 months, chosen anew every month"),
        ({"kind": "dual_momentum", "symbols": ["VTI"], "refuge": "BND"},
         "the best of VTI over 12 months if it beat BND, else BND; chosen anew every month"),
        ({"kind": "untraded", "portfolio": 1, "since": "2020-01-31"},
         "your portfolio as it was on 31 Jan 2020, not traded since"),
    ],
)  # fmt: skip
def test_a_strategy_is_said_in_words(strategy: dict[str, Any], said: str) -> None:
    assert words.strategy(data(strategy=strategy)) == said


def test_money_is_said_with_its_rules_and_hidden_from_who_wants_that() -> None:
    request = data(flows=[
        {"amount": 500, "until": "2019-12-31", "growth": 0.02},
        {"amount": -900, "every": "year", "since": "2020-01-01"},
    ])  # fmt: skip

    with written_as(Style("en-US", private=True)):
        hidden = words.money(request)

    assert words.money(request) == (
        "$10,000 at the start; $500 put in every month, until 31 Dec 2019, rising 2.0% a year; "
        "$900 taken out every year, from 1 Jan 2020"
    )
    assert "500" not in hidden


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (None, None, "from as long ago as prices reach to the latest close"),
        ("2010-01-04", None, "from 4 Jan 2010 to the latest close"),
        (None, "2020-01-03", "from as long ago as prices reach to 3 Jan 2020"),
        ("2010-01-04", "2020-01-03", "from 4 Jan 2010 to 3 Jan 2020"),
    ],
)
def test_a_period_is_said_with_the_ends_that_are_known(start: str | None, end: str | None, said: str) -> None:
    assert words.period(data(start=start, end=end)) == said
    assert words.period(data(), {"start": "2010-01-04", "end": "2020-01-03"}) == "from 4 Jan 2010 to 3 Jan 2020"


def test_costs_orders_and_dividends_are_said() -> None:
    dear = data(costs={"rate": 0.0015, "fixed": 1, "per_share": 0.01, "minimum": 2}, fill="close", whole_shares=True)

    assert words.costs(dear) == "0.15% of each order, $1.00 per order, $0.01 per share, at least $2.00"
    assert words.costs(data()) == "no trading costs"
    assert ("cannot be done" in words.fill(dear), "next open" in words.fill(data())) == (True, True)
    assert ("paid out" in words.dividends(dear), "reinvested" in words.dividends(data())) == (True, True)


def test_words_are_in_the_readers_language() -> None:
    with override("de"):
        assert words.strategy(data()) != "VTI, bought once and held"


def test_what_is_bought_with_every_payment_is_not_bought_once() -> None:
    assert words.strategy(data(flows=[{"amount": 500}])) == "VTI, held"


def test_cents_are_said_where_there_are_any() -> None:
    assert [words.money(data(cash=cash)) for cash in (1234.56, 1234)] == [
        "$1,234.56 at the start",
        "$1,234 at the start",
    ]
