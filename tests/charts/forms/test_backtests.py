from typing import Any

import pytest

from charts.backtests.reading import Fault
from charts.backtests.request import RequestError, as_data, read
from charts.backtests.rules import Allocation, Crossover, DualMomentum, Fill, Flow, Hold, Momentum, Request, Reversion
from charts.forms.backtests import BacktestForm
from charts.forms.filled import initial_of
from charts.forms.templates import TEMPLATES
from portfolios.accounting.sentences import Sentence

COMMON = {"currency": "USD", "cash": "10000", "benchmark": "SPY", "fill": "next_open"}


def form(slug: str, **typed: str) -> BacktestForm:
    """As a browser sends it: what stands in the sentence, and this."""
    template = TEMPLATES[slug]
    made = BacktestForm({**COMMON, **template.initial, **typed}, template, portfolios=[("1", "Family")])
    made.full_clean()
    return made


def asked(slug: str, **typed: str) -> Request:
    made = form(slug, **typed)
    assert made.faults == []
    return read(made.request)


def faults(slug: str, **typed: str) -> dict[str, str]:
    """{field: sentence}"""
    made = form(slug, **typed)
    try:
        read(made.request)
    except RequestError as error:
        made.refuse(error.faults)
    return {name: sentence for name, _, sentence in made.faults}


def test_holding_is_a_request() -> None:
    request = asked("hold")

    assert (request.strategy, request.cash, request.flows) == (Hold({"BND": 0.4, "VTI": 0.6}), 10_000, ())


def test_a_savings_plan_is_a_request() -> None:
    request = asked("contributions", flow1_growth="2.5", flow1_every="quarter")

    assert request.flows == (Flow(500, "quarter", growth=0.025),)  # type: ignore[arg-type]  # a StrEnum is its text


def test_withdrawals_are_payments_below_zero() -> None:
    assert [flow.amount for flow in asked("withdrawals").flows] == [-2000]


def test_paying_in_and_taking_out_are_two_phases() -> None:
    request = asked("contributions", flow1_until="2019-12-31", flow2_way="out", flow2_amount="900",
                    flow2_since="2020-01-01", flow2_every="year")  # fmt: skip

    assert [(flow.amount, flow.every) for flow in request.flows] == [(500, "month"), (-900, "year")]


def test_rebalancing_is_a_request_by_the_calendar_or_by_a_band() -> None:
    weights = {"BND": 0.4, "VTI": 0.6}

    assert asked("allocation").strategy == Allocation(weights, every="year")  # type: ignore[arg-type]  # a StrEnum is its text
    assert asked("allocation", every="", band="5").strategy == Allocation(weights, band=0.05)


def test_signals_are_requests() -> None:
    assert asked("crossover", fast="20").strategy == Crossover("SPY", fast=20)
    assert asked("reversion", below="25.5").strategy == Reversion("QQQ", below=25.5)
    assert asked("momentum", symbols="vti bnd, gld", top="2").strategy == Momentum(("BND", "GLD", "VTI"), 2, 12, 1)
    assert asked("dual-momentum").strategy == DualMomentum(("VEA", "VTI"), "BND")


def test_costs_periods_and_orders_are_part_of_a_request() -> None:
    request = asked("hold", cost_rate="0.1", cost_minimum="1", fill="close", whole_shares="on", risk_free="2",
                    start="2010-01-01", end="2020-01-01", benchmark="")  # fmt: skip

    assert (request.costs.rate, request.costs.minimum, request.fill) == (0.001, 1, Fill.CLOSE)
    assert (request.whole_shares, request.risk_free, request.benchmark) == (True, 0.02, "")
    assert (str(request.start), str(request.end)) == ("2010-01-01", "2020-01-01")


def test_my_portfolio_is_asked_for_by_its_number() -> None:
    kept, rebalanced = form("portfolio", portfolio="7"), form("portfolio-rebalanced", portfolio="7")

    assert kept.request["strategy"] == {"kind": "portfolio", "portfolio": 7}
    assert rebalanced.request["strategy"] == {"kind": "portfolio", "portfolio": 7, "every": "quarter"}


def test_what_was_not_traded_has_no_payments_of_its_own() -> None:
    made = form("untraded", portfolio="7", since="2020-01-31").request

    assert made["strategy"] == {"kind": "untraded", "portfolio": 7, "since": "2020-01-31"}
    assert "flows" not in made


def test_rows_without_a_part_share_what_is_left() -> None:
    request = asked("hold", part_0="50", part_1="", symbol_2="GLD", idle="10")

    assert request.strategy == Hold({"BND": 0.2, "GLD": 0.2, "VTI": 0.5})


@pytest.mark.parametrize(
    ("slug", "typed", "field", "sentence"),
    [
        ("crossover", {"symbol": "no such thing"}, "symbol", "is no symbol. Write a ticker"),
        ("crossover", {"symbol": ""}, "symbol", "This is missing."),
        ("crossover", {"fast": "200"}, "fast", "must be shorter than the slow one"),
        ("crossover", {"fast": "7.5"}, "fast", "is not a whole number"),
        ("crossover", {"average": "wma"}, "average", "is none of sma, ema"),
        ("reversion", {"below": "80"}, "below", "overlap: buy at a lower level"),
        ("momentum", {"top": "9"}, "top", "There are only 5 to choose from"),
        ("momentum", {"skip": "12"}, "skip", "Leave out fewer months"),
        ("momentum", {"symbols": "VTI, VTI"}, "symbols", "VTI is there twice."),
        ("dual-momentum", {"refuge": "VTI"}, "refuge", "name another"),
        ("allocation", {"every": "", "band": ""}, "every", "Say when to rebalance"),
        ("allocation", {"band": "5"}, "band", "not both"),
        ("allocation", {"every": "", "band": "80"}, "band", "Between 0.1 % and 50 %; this is 80 %"),
        ("hold", {"part_0": "70"}, "part_0", "The parts add up to 110 %"),
        ("hold", {"part_0": "50"}, "part_0", "The parts add up to 90 %"),
        ("hold", {"symbol_1": "b n d"}, "symbol_1", "is no symbol"),
        ("hold", {"part_1": "-4"}, "symbol_1", "is no part above zero"),
        ("hold", {"symbol_1": "vti"}, "symbol_1", "VTI is there twice."),
        ("hold", {"cash": "much"}, "cash", "«much» is not a number."),
        ("hold", {"cash": "0"}, "cash", "Without money nothing can be bought"),
        ("hold", {"currency": "dollars"}, "currency", "is no currency"),
        ("hold", {"start": "yesterday"}, "start", "is not a day"),
        ("hold", {"start": "2020-01-01", "end": "2019-01-01"}, "end", "The range is empty"),
        ("hold", {"cost_rate": "50"}, "cost_rate", "Between 0 % and 20 %; this is 50 %."),
        ("hold", {"fill": "yesterday"}, "fill", "is none of"),
        ("hold", {"benchmark": "S P Y"}, "benchmark", "is no symbol"),
        ("contributions", {"flow1_amount": ""}, "flow1_amount", "This is missing."),
        ("contributions", {"flow2_way": "out", "flow2_amount": "5"}, "flow2_since", "number 1 overlap"),
        ("hold", {"flow2_way": "out", "flow2_amount": "x"}, "flow2_amount", "«x» is not a number."),
        ("untraded", {"portfolio": "1", "since": ""}, "since", "This is missing."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(slug: str, typed: dict[str, str], field: str, sentence: str) -> None:
    assert sentence in faults(slug, **typed).get(field, "")


def test_what_no_field_says_stands_above_all() -> None:
    made = form("hold")

    made.refuse([Fault("strategy.kind", Sentence("No."))])

    assert made.faults == [("", "", "No.")]


def test_what_lies_below_the_sentence_is_opened_if_it_is_wrong() -> None:
    above, below = form("crossover", symbol=""), form("crossover")
    below.refuse([Fault("costs.rate", Sentence("No."))])

    assert (above.further, below.further) == (False, True)


def test_there_are_rows_for_what_is_typed_and_one_more() -> None:
    eight = {f"symbol_{row}": f"A{row}" for row in range(8)}

    assert [form("hold").row_count, form("hold", **eight).row_count] == [4, 9]
    assert BacktestForm(None, TEMPLATES["hold"], more=True).row_count == 10


@pytest.mark.parametrize(
    "typed",
    [
        ("hold", {"idle": "5", "part_0": "55", "cost_rate": "0.1", "start": "2001-02-03", "whole_shares": "on"}),
        ("contributions", {"flow1_growth": "2", "flow1_until": "2019-12-31", "flow2_way": "out", "flow2_amount": "7",
                           "flow2_since": "2020-01-01"}),
        ("allocation", {"every": "", "band": "2.5"}),
        ("momentum", {"top": "2"}),
        ("dual-momentum", {}),
        ("reversion", {"risk_free": "1.5"}),
    ],
)  # fmt: skip
def test_a_form_filled_with_a_request_makes_the_same_request(typed: tuple[str, dict[str, Any]]) -> None:
    slug, changes = typed
    plain = as_data(asked(slug, **changes))
    again = BacktestForm(initial_of(plain), TEMPLATES[slug])
    again.full_clean()

    assert as_data(read(again.request)) == plain


def test_an_amount_without_a_direction_and_a_minus_put_in_are_faults() -> None:
    assert [*faults("hold", flow1_amount="100")] == ["flow1_way"]
    assert [*faults("contributions", flow1_amount="-100")] == ["flow1_amount"]
    assert faults("withdrawals", flow1_amount="-100") == {}


def test_what_is_folded_is_unfolded_where_it_is_wrong_and_told_by_its_phase() -> None:
    folded, sentence = form("hold", flow1_way="in", flow1_amount="-5"), form("contributions", flow1_amount="-5")

    assert (folded.further, sentence.further) == (True, False)
    assert [label for _, label, _ in folded.faults] == ["Regular payments – Amount"]


def test_numbers_are_typed_into_texts_that_no_browser_reads_otherwise() -> None:
    assert 'type="number"' not in form("allocation").as_p()
