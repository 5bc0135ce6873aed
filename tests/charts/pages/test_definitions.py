from charts.pages.definitions import definitions
from charts.pages.results import UNITS


def test_every_figure_of_a_result_is_defined_once() -> None:
    names = [one.name for one in definitions()]

    assert len(names) == len(set(names))
    assert {*UNITS, "end_value", "gain", "twr_annualised", "xirr", "max_drawdown", "volatility", "trips"} <= {*names}
    assert all(one.title and one.text for one in definitions())
