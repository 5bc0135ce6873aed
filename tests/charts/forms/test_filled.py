from charts.backtests.request import as_data, read
from charts.forms.filled import initial_of, initial_with
from charts.forms.templates import TEMPLATES


def test_a_request_fills_its_form_in_the_units_people_type() -> None:
    request = as_data(read({
        "strategy": {"kind": "allocation", "weights": {"VTI": 0.6, "BND": 0.3}, "cash": 0.1, "band": 0.05},
        "costs": {"rate": 0.001}, "flows": [{"amount": -200, "every": "week", "growth": 0.02}],
    }))  # fmt: skip

    filled = initial_of(request)

    rows = [filled[name] for name in ("symbol_0", "part_0", "symbol_1", "part_1", "idle")]
    assert rows == ["BND", "30", "VTI", "60", "10"]
    assert [filled[name] for name in ("band", "every", "cost_rate", "cash")] == ["5", "", "0.1", "10000"]
    flow = [filled[f"flow1_{name}"] for name in ("way", "amount", "every", "growth", "since")]
    assert flow == ["out", "200", "week", "2", ""]


def test_a_security_takes_the_place_of_the_example() -> None:
    hold, reversion = (initial_with(TEMPLATES[slug], "KO") for slug in ("hold", "reversion"))

    assert (hold["symbol_0"], hold["part_0"], "symbol_1" in hold) == ("KO", "100", False)
    assert reversion["symbol"] == "KO"


def test_what_a_request_does_not_say_is_as_in_an_empty_form() -> None:
    filled = initial_of(as_data(read({"strategy": {"kind": "hold", "weights": {"VTI": 1}}})))

    assert (filled["flow1_every"], filled["flow2_every"], filled["flow2_growth"]) == ("month", "month", "0")
