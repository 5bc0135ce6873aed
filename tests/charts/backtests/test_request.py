from typing import Any

import pytest

from charts.backtests.request import KINDS, RequestError, as_data, key_of, path_of, read
from charts.backtests.rules import Allocation, Costs, Every, Flow, Hold

WHOLE = {"kind": "hold", "weights": {"VTI": 1}}
EVERY_KIND: list[dict[str, Any]] = [
    WHOLE,
    {"kind": "allocation", "weights": {"VTI": 0.6, "BND": 0.4}, "every": "quarter"},
    {"kind": "allocation", "weights": {"VTI": 0.6, "BND": 0.3}, "cash": 0.1, "band": 0.05},
    {"kind": "crossover", "symbol": "SPY", "average": "ema", "fast": 12, "slow": 26, "entry": "cross"},
    {"kind": "reversion", "symbol": "SPY", "days": 2, "below": 10, "above": 90},
    {"kind": "momentum", "symbols": ["SPY", "EFA", "EEM"], "top": 2, "months": 6, "skip": 1, "every": "quarter"},
    {"kind": "dual_momentum", "symbols": ["SPY", "EFA"], "refuge": "BND"},
    {"kind": "untraded", "portfolio": 3, "since": "2020-02-03"},
]


def faults(**data: Any) -> dict[str, str]:
    """{path: sentence} of a request that is wrong."""
    with pytest.raises(RequestError) as refused:
        read({"strategy": WHOLE} | data)
    return {fault.path: str(fault.sentence) for fault in refused.value.faults}


@pytest.mark.parametrize("strategy", EVERY_KIND, ids=lambda one: str(one["kind"]))
def test_what_is_written_reads_as_the_same_request(strategy: dict[str, Any]) -> None:
    request = read({"strategy": strategy, "start": "2010-01-04"})

    assert read(as_data(request)) == request
    assert as_data(read(as_data(request))) == as_data(request)
    assert {one["kind"] for one in EVERY_KIND} == set(KINDS)


def test_everything_left_out_is_said() -> None:
    assert as_data(read({"strategy": {"kind": "hold", "weights": {"vti ": 1}}})) == {
        "strategy": {"kind": "hold", "weights": {"VTI": 1.0}, "cash": 0.0},
        "currency": "USD",
        "cash": 10_000.0,
        "start": None,
        "end": None,
        "flows": [],
        "benchmark": "SPY",
        "costs": {"rate": 0.0, "fixed": 0.0, "per_share": 0.0, "minimum": 0.0},
        "fill": "next_open",
        "whole_shares": False,
        "risk_free": 0.0,
    }


def test_money_and_costs_are_read() -> None:
    request = read(
        {
            "strategy": WHOLE,
            "costs": {"rate": 0.001, "minimum": 5},
            "flows": [{"amount": 500, "growth": 0.02}, {"amount": -1, "since": "2030-01-01"}][:1],
            "benchmark": "",
        }
    )

    assert request.costs == Costs(rate=0.001, minimum=5)
    assert request.flows == (Flow(500, Every.MONTH, growth=0.02),)
    assert request.benchmark == ""


def test_the_key_is_that_of_the_question_and_of_the_prices_whatever_their_order() -> None:
    one = as_data(read({"strategy": {"kind": "hold", "weights": {"VTI": 0.5, "BND": 0.5}}, "cash": 100}))
    other = as_data(read({"cash": 100.0, "strategy": {"weights": {"bnd": 0.5, "vti": 0.5}, "kind": "hold"}}))
    key = key_of(one, {"VTI": 3, "BND": 4}, 1)

    assert key == key_of(other, {"BND": 4, "VTI": 3}, 1)
    assert len({key, key_of(one, {"VTI": 3, "BND": 5}, 1), key_of(one, {"VTI": 3, "BND": 4}, 2),
                key_of(one, {"VTI": 3, "BND": 4}, 1, owner=7)}) == 4  # fmt: skip


def test_parts_make_a_whole_within_what_people_round() -> None:
    thirds = read({"strategy": {"kind": "hold", "weights": {"A": 0.3333, "B": 0.3333, "C": 0.3333}}}).strategy
    with_cash = read({"strategy": {"kind": "allocation", "weights": {"A": 0.9}, "cash": 0.1, "band": 0.05}}).strategy

    assert isinstance(thirds, Hold)
    assert sum(thirds.weights.values()) == pytest.approx(1, abs=1e-11)
    assert with_cash == Allocation({"A": 0.9}, band=0.05)


@pytest.mark.parametrize(
    ("strategy", "path", "sentence"),
    [
        ({"kind": "hold", "weights": {"A": 0.6, "B": 0.3}}, "strategy.weights",
         "The parts add up to 90 %, not to 100 %. Raise one of them, or say that 10 % stay cash."),
        ({"kind": "hold", "weights": {"A": 0.6, "B": 0.6}}, "strategy.weights",
         "The parts add up to 120 %: more than there is. Lower one of them."),
        ({"kind": "hold", "weights": {}}, "strategy.weights",
         'Name the securities and their parts, as {"VTI": 0.6}.'.rstrip(".")),
        ({"kind": "hold", "weights": {"A": -1, "B": 2}}, "strategy.weights.A", "«-1» is no part above zero."),
        ({"kind": "hold", "weights": {"A": 0.5, "a": 0.5}}, "strategy.weights", "A is there twice."),
        ({"kind": "allocation", "weights": {"A": 1}}, "strategy.every",
         "Say when to rebalance: every so often, or at how many points off target."),
        ({"kind": "allocation", "weights": {"A": 1}, "every": "month", "band": 0.05}, "strategy.band",
         "Rebalance by the calendar or by a band, not both: their orders would overlap."),
        ({"kind": "crossover", "symbol": "SPY", "fast": 200, "slow": 50}, "strategy.fast",
         "The fast average must be shorter than the slow one: 200 is not less than 50."),
        ({"kind": "reversion", "symbol": "SPY", "below": 70, "above": 30}, "strategy.below",
         "Buying below 70 and selling above 30 overlap: buy at a lower level than you sell."),
        ({"kind": "momentum", "symbols": ["A", "B"], "top": 3}, "strategy.top",
         "There are only 2 to choose from, not 3."),
        ({"kind": "momentum", "symbols": ["A", "B"], "top": 1, "months": 3, "skip": 3}, "strategy.skip",
         "Leave out fewer months than you look back: 3 of 3."),
        ({"kind": "dual_momentum", "symbols": ["A", "B"], "refuge": "B"}, "strategy.refuge",
         "B is among those to choose from; name another."),
        ({"kind": "untraded", "portfolio": 1}, "strategy.since", "This is missing."),
        ({"kind": "alchemy"}, "strategy.kind", "There is no strategy «alchemy»; there are "),
        ({"kind": "crossover", "symbol": "SPY", "slwo": 50}, "strategy.slwo", "There is no such field."),
        ({"kind": "crossover", "symbol": "S P Y"}, "strategy.symbol",
         "«S P Y» is no symbol. Write a ticker like AAPL, VOD.L or BTC-USD."),
        (None, "strategy", "This is missing."),
        ("hold", "strategy", "This must be a JSON object."),
    ],
)  # fmt: skip
def test_a_strategy_that_makes_no_sense_is_told_at_its_field(strategy: Any, path: str, sentence: str) -> None:
    assert faults(strategy=strategy)[path].startswith(sentence)


@pytest.mark.parametrize(
    ("data", "path", "sentence"),
    [
        ({"start": "2020-01-02", "end": "2020-01-02"}, "end",
         "The range is empty: 2020-01-02 is not after 2020-01-02."),
        ({"start": "2020-13-02"}, "start", "«2020-13-02» is not a day; write 2020-01-31."),
        ({"flows": [{"amount": 500}, {"amount": -200}]}, "flows.1.since",
         "This rule and number 1 overlap: let one end before the other begins."),
        ({"flows": [{"amount": 500, "since": "2020-01-01", "until": "2019-01-01"}]}, "flows.0.until",
         "It ends before it begins."),
        ({"flows": [{}]}, "flows.0.amount", "This is missing."),
        ({"cash": 0}, "cash", "Without money nothing can be bought: put some in at the start, or regularly."),
        ({"cash": 1e400}, "cash", "«inf» is not a number."),
        ({"costs": {"rate": 0.5}}, "costs.rate", "Between 0 and 0.2; this is 0.5."),
        ({"currency": "dollars"}, "currency", "«dollars» is no currency; write USD or EUR."),
        ({"fill": "yesterday"}, "fill", "«yesterday» is none of next_open, next_close, close."),
        ({"colour": "blue"}, "colour", "There is no such field."),
        ({"strategy": EVERY_KIND[-1], "flows": [{"amount": 1}]}, "flows",
         "The payments of a portfolio that was not traded are its own."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(data: dict[str, Any], path: str, sentence: str) -> None:
    assert faults(**data)[path] == sentence


def test_phases_of_money_may_follow_each_other() -> None:
    flows = [{"amount": 500, "until": "2019-12-31"}, {"amount": -200, "since": "2020-01-01"}]

    assert len(read({"strategy": WHOLE, "flows": flows}).flows) == 2


def test_every_fault_is_told_at_once() -> None:
    assert set(faults(cash="x", end=5, strategy={"kind": "crossover", "fast": 0})) == {
        "cash", "end", "strategy.symbol", "strategy.fast"}  # fmt: skip


@pytest.mark.parametrize(
    ("strategy", "symbol", "path"),
    [
        (EVERY_KIND[1], "BND", "strategy.weights"),
        (EVERY_KIND[3], "SPY", "strategy.symbol"),
        (EVERY_KIND[5], "EFA", "strategy.symbols"),
        (EVERY_KIND[6], "BND", "strategy.refuge"),
        (EVERY_KIND[6], "SPY", "strategy.symbols"),
        (EVERY_KIND[7], "AAPL", "strategy.portfolio"),
        (WHOLE, "SPY", "benchmark"),
    ],
)
def test_a_symbol_is_found_at_the_field_that_names_it(strategy: dict[str, Any], symbol: str, path: str) -> None:
    assert path_of(symbol, read({"strategy": strategy})) == path


@pytest.mark.parametrize("count", [3, 7, 11, 13, 49])
def test_parts_typed_to_the_last_digit_are_read_again_as_they_were(count: int) -> None:
    parts = {f"S{number}": round(1 / (count + 1), 12) for number in range(count)}
    strategy = {"kind": "hold", "weights": parts, "cash": 1 - sum(parts.values())}

    request = read({"strategy": strategy})

    assert read(as_data(request)) == request


def test_a_portfolio_that_was_not_traded_ends_after_it_was_left_alone() -> None:
    assert faults(strategy=EVERY_KIND[7], end="2020-02-03") == {
        "end": "The range is empty: 2020-02-03 is not after 2020-02-03."
    }


def test_a_missing_exchange_rate_is_the_currency_s_fault() -> None:
    assert path_of("USDXYZ=X", read({"strategy": WHOLE, "currency": "XYZ"})) == "currency"
    held = {"kind": "hold", "weights": {"EURUSD=X": 1}}
    assert path_of("EURUSD=X", read({"strategy": held})) == "strategy.weights"
