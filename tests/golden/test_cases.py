"""Cases whose answers somebody else published (README.md), computed by the engine of every page."""

import json
from pathlib import Path

import pytest

from portfolios.cases.evaluation import evaluate
from tests.golden.differences import TOLERANCE, differences

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_published_figures(path: Path) -> None:
    golden = json.loads(path.read_text())

    answer = evaluate(json.dumps(golden["case"]))

    assert set(golden["expected"]) <= set(answer)
    assert list(differences(golden["expected"], answer, golden.get("tolerance", TOLERANCE))) == []


def test_a_tolerance_of_one_figure_reaches_into_a_holding() -> None:
    expected = {"twr": 0.1, "holdings": [{"symbol": "A", "xirr": 0.1, "value": 5.0}]}
    computed = {"twr": 0.1004, "holdings": [{"symbol": "A", "account": "", "xirr": 0.1004, "value": 5.004}]}

    assert differences(expected, computed, {"xirr": 1e-6}) == ["holdings[A].xirr: 0.1004 instead of 0.1"]
    nested = {"holdings": {"xirr": 1e-6, "value": 1e-6}}
    assert len(differences(expected, computed, nested)) == 2
    assert differences(expected, computed, 0.01) == []


def test_a_closed_lot_too_many_differs() -> None:
    lot = {"symbol": "A", "gain": 1.0}

    assert differences({"trades": [lot]}, {"trades": [lot, lot]}, 1) == ["trades: 2 of them instead of 1"]
    assert differences({"trades": []}, {"trades": [lot]}, 1) == ["trades: 1 of them instead of 0"]
    assert differences({"trades": [lot, lot]}, {"trades": [lot, lot]}, 1) == []


def test_what_is_missing_or_undefined_differs_from_a_number() -> None:
    assert differences({"holdings": [{"symbol": "B", "value": 1}]}, {"holdings": []}, 1) == [
        "holdings[B].symbol: None instead of B", "holdings[B].value: None instead of 1",
    ]  # fmt: skip
    assert differences({"xirr": None}, {"xirr": 0.0}, 1) == ["xirr: 0.0 instead of None"]
