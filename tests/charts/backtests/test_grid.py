import json

import pytest

from charts.backtests.engine import simulate
from charts.backtests.grid import Cell, _neighbours, judged, makes_sense, parameter_map, with_parameters
from charts.backtests.market import Market
from charts.backtests.ranges import MOST_RUNS
from charts.backtests.rules import Allocation, Crossover, Hold, Momentum, Request, Reversion
from charts.backtests.statistics import figures, window_of
from tests.charts.backtests.given_prices import market_of
from tests.charts.backtests.test_result import A, B


@pytest.fixture(scope="module")
def market() -> Market:
    return market_of(A)


def cell(earned: float | None) -> Cell:
    return Cell((1.0,), earned, None, None, 0)


def test_a_cell_is_the_test_with_its_numbers(market: Market) -> None:
    request = Request(Crossover("A", fast=10, slow=20))

    found = parameter_map(request, market, {"fast": [5, 10], "slow": [10, 20, 30]})

    assert [list(values) for values in found.values] == [[5, 10], [10, 20, 30]]
    assert [None if one is None else one.values for one in found.cells] == [
        (5, 10),
        (5, 20),
        (5, 30),
        None,
        (10, 20),
        (10, 30),
    ]
    assert found.chosen == 4
    own = found.cells[4]
    run = simulate(request, market)
    expected = figures(run, window_of(run), 0.0)
    assert own is not None
    assert own.twr_annualised == expected["twr_annualised"]
    assert own.max_drawdown == expected["max_drawdown"]["depth"]
    assert (own.sharpe, own.orders) == (expected["sharpe"], expected["orders"])
    earned = {at: one.twr_annualised or 0.0 for at, one in enumerate(found.cells) if one}
    assert found.best == max(earned, key=lambda at: earned[at])


def test_a_map_is_json_and_tells_how_far_it_is(market: Market) -> None:
    told: list[tuple[int, int]] = []

    found = parameter_map(
        Request(Reversion("A")), market, {"below": [20, 30, 75], "above": [70]}, lambda *at: told.append(at)
    )

    assert json.loads(json.dumps(found.report, allow_nan=False)) == found.report
    assert found.cells[2] is None
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_the_nearest_setting_stands_for_one_that_is_not_there(market: Market) -> None:
    assert parameter_map(Request(Reversion("A", days=14)), market, {"days": [2, 12, 30]}).chosen == 1


def test_a_band_and_months_are_parameters_too() -> None:
    both = market_of(A, B)

    bands = parameter_map(Request(Allocation({"A": 0.5, "B": 0.5}, band=0.05)), both, {"band": [0.01, 0.05, 0.2]})
    months = parameter_map(Request(Momentum(("A", "B"), 1, 3)), both, {"top": [1, 2, 3], "months": [1, 3]})

    assert bands.cells[0].orders > bands.cells[2].orders  # type: ignore[union-attr]  # it is there
    assert months.cells[4:] == [None, None]  # there are only two to choose from


@pytest.mark.parametrize("over", [{}, {"fast": [1.0], "slow": [2.0], "x": [1.0]}, {"fast": list(range(MOST_RUNS + 1))}])
def test_more_than_a_map_holds_is_refused(market: Market, over: dict[str, list[float]]) -> None:
    with pytest.raises(ValueError, match="are no map"):
        parameter_map(Request(Crossover("A")), market, over)


@pytest.mark.parametrize(
    ("own", "near", "best", "label"),
    [
        (0.08, [0.06, 0.09], 0.09, "robust"),
        (0.08, [0.059, 0.09], 0.09, "mixed"),
        (0.08, [0.03, 0.09], 0.09, "fragile"),
        (-0.01, [0.02], 0.02, "fragile"),
        (-0.01, [-0.02], -0.01, "mixed"),
        (0.08, [], 0.08, "mixed"),
    ],
)
def test_a_setting_is_judged_by_those_next_to_it(own: float, near: list[float], best: float, label: str) -> None:
    found, sentence = judged(cell(own), [cell(one) for one in near], cell(best), 0.0)

    assert found == label
    assert sentence.endswith(".")


def test_what_is_earned_is_earned_above_cash() -> None:
    assert judged(cell(0.08), [cell(0.06)], cell(0.08), 0.0)[0] == "robust"
    assert judged(cell(0.08), [cell(0.06)], cell(0.08), 0.05)[0] == "fragile"
    assert "3.0 % a year above cash, but one of its 1 neighbours only 1.0 %" in str(
        judged(cell(0.08), [cell(0.06)], cell(0.08), 0.05)[1]
    )


def test_whole_numbers_stay_whole() -> None:
    changed = with_parameters(Crossover("A"), ["fast"], [7.0])

    assert isinstance(changed, Crossover)
    assert isinstance(changed.fast, int)


def test_numbers_that_contradict_each_other_make_no_sense() -> None:
    assert not makes_sense(Crossover("A", fast=200, slow=200))
    assert not makes_sense(Reversion("A", below=70, above=70))
    assert not makes_sense(Momentum(("A",), top=2))
    assert not makes_sense(Momentum(("A",), top=1, months=3, skip=3))
    assert makes_sense(Hold({}))


def test_neighbours_are_one_step_away_in_each_parameter() -> None:
    cells: list[Cell | None] = [cell(float(at)) for at in range(12)]  # three rows of four
    cells[6] = None

    def near(at: int) -> list[float | None]:
        return [one.twr_annualised for one in _neighbours(at, [3, 4], cells)]

    assert near(5) == [0, 1, 2, 4, 8, 9, 10]
    assert near(0) == [1, 4, 5]
    assert near(11) == [7, 10]
    assert [one.twr_annualised for one in _neighbours(2, [12], cells)] == [1, 3]
