from typing import Any

import pytest

from charts.backtests.ranges import read_ranges
from charts.backtests.request import RequestError, read
from charts.backtests.rules import Request
from charts.forms.studies import MapForm

CROSSOVER = {"kind": "crossover", "symbol": "AAA", "fast": 50, "slow": 200}
BAND = {"kind": "allocation", "weights": {"AAA": 1}, "band": 0.05}


def request(strategy: dict[str, Any]) -> Request:
    return read({"strategy": strategy})


@pytest.mark.parametrize(
    "strategy",
    [CROSSOVER, BAND, {"kind": "reversion", "symbol": "AAA"}, {"kind": "momentum", "symbols": ["AAA", "BBB"], "top": 1},
     {"kind": "dual_momentum", "symbols": ["AAA"], "refuge": "BBB"}],
)  # fmt: skip
def test_what_is_proposed_can_be_computed_and_holds_what_was_chosen(strategy: dict[str, Any]) -> None:
    chosen = request(strategy)
    form = MapForm(None, chosen)
    sent = MapForm({name: str(value) for name, value in form.initial.items() if value is not False}, chosen)
    sent.full_clean()

    ranges = read_ranges(sent.over, chosen)

    assert 1 <= len(ranges) <= 2
    for name, values in ranges.items():
        assert float(getattr(chosen.strategy, name)) in values


def test_a_ticked_number_is_varied_as_typed() -> None:
    form = MapForm({"vary_fast": "on", "fast_from": "10", "fast_to": "30", "fast_step": "5"}, request(CROSSOVER))
    form.full_clean()

    assert form.over == {"fast": {"from": 10, "to": 30, "step": 5}}


def test_a_band_is_typed_in_percent() -> None:
    form = MapForm({"vary_band": "on", "band_from": "1", "band_to": "3", "band_step": "1"}, request(BAND))
    form.full_clean()

    assert form.over == {"band": {"from": 0.01, "to": 0.03, "step": 0.01}}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"fast_from": "1", "fast_to": "900", "fast_step": "0.1"}, "fast_from"),
        ({"fast_from": "x", "fast_to": "9", "fast_step": "1"}, "fast_from"),
        ({"vary_fast": ""}, "__all__"),
    ],
)
def test_an_absurd_map_is_refused_at_its_number(typed: dict[str, str], field: str) -> None:
    chosen = request(CROSSOVER)
    form = MapForm({"vary_fast": "on", **typed}, chosen)
    form.full_clean()

    with pytest.raises(RequestError) as refused:
        read_ranges(form.over, chosen)
    form.refuse(refused.value.faults)

    assert list(form.errors) == [field]
    assert any(wrong for _, _, wrong in form.rows) is (field != "__all__")


def test_what_could_be_ticked_is_named_as_it_is_called_there() -> None:
    form = MapForm({}, request(CROSSOVER))
    form.full_clean()

    with pytest.raises(RequestError) as refused:
        read_ranges(form.over, request(CROSSOVER))
    form.refuse(refused.value.faults)

    assert form.non_field_errors() == ["Choose one or two of Days of the fast average, Days of the slow average."]
