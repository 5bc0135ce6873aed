import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portfolios.cases.answers import answer, plain
from portfolios.cases.reading import read_case
from portfolios.performance.report import report
from tests.portfolios.cases.given_cases import buy, case, sell


def answered(text: str) -> dict[str, Any]:
    read = read_case(text)
    return answer(report(read.book, read.start, read.end))


def test_a_report_is_json_with_every_line_of_the_statement() -> None:
    found = answered(case(buy(), sell(4, 11)))

    assert json.loads(json.dumps(found, allow_nan=False)) == found
    lines = ("value_start", "value_end", "inflows", "outflows", "realised_gain", "unrealised_gain", "total_gain")
    assert [found[name] for name in lines] == [0, 84, 100, 44, 4, 24, 28]
    assert (found["period"], found["currency"], found["account"]) == (["2024-01-01", "2024-01-10"], "USD", None)


def test_a_holding_has_its_place_its_price_and_both_costs() -> None:
    [holding] = answered(case(buy(account="A")))["holdings"]

    assert (holding["symbol"], holding["account"], holding["price"], holding["price_date"]) == (
        "AAPL", "A", 14, "2024-01-10",
    )  # fmt: skip
    assert (holding["cost_basis_fifo"], holding["cost_basis_average"], holding["estimated"]) == (100, 100, False)


def test_a_closed_lot_has_its_days_and_what_it_made_with_and_without_fees() -> None:
    [trade] = answered(case(buy(fee=1), sell(10, 11, fee=2)))["trades"]

    assert (trade["opened"], trade["closed"], trade["holding_days"], trade["short"]) == (
        "2024-01-02", "2024-01-03", 1, False,
    )  # fmt: skip
    assert (trade["cost"], trade["proceeds"], trade["gain"], trade["gain_without_fees"]) == (101, 108, 7, 10)


def test_the_first_benchmark_stands_beside_the_returns_and_all_in_their_own_place() -> None:
    found = answered(case(buy(), benchmarks=["AAPL", "VOD.L"], period=["2024-01-02", None]))

    assert found["benchmark_twr"] == pytest.approx(0.4)
    assert list(found["benchmarks"]) == ["AAPL", "VOD.L"]
    assert found["beta"] == pytest.approx(1.0)


def test_what_does_not_exist_is_null() -> None:
    found = answered(case(period=["2024-01-01", "2024-01-05"]))

    for name in ("twr", "xirr", "max_drawdown", "volatility", "beta", "benchmark_twr"):
        assert found[name] is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1.5"), 1.5), (date(2024, 1, 2), "2024-01-02"), (float("nan"), None), (float("inf"), None),
        (-float("inf"), None), (True, True), (None, None), ((Decimal(1), [date(2024, 1, 2)]), [1.0, ["2024-01-02"]]),
        ({date(2024, 1, 2): Decimal(2)}, {"2024-01-02": 2.0}),
    ],
)  # fmt: skip
def test_a_value_becomes_what_json_has(value: object, expected: object) -> None:
    assert plain(value) == expected
