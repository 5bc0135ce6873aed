import json
from typing import Any

import pytest

from portfolios.cases.evaluation import evaluate
from portfolios.explanations import as_text, explain, names
from portfolios.figures import FIGURES, HOLDING

CASE = {
    "currency": "EUR",
    "instruments": {"AAPL": {"currency": "USD"}, "HOUSE": {"currency": "EUR"}},
    "prices": {"AAPL": {"2023-01-02": 100, "2023-01-03": 80, "2024-06-03": 120}},
    "fx": {"USDEUR": {"2023-01-02": 0.5}},
    "period": ["2023-01-01", "2024-06-30"],
    "transactions": [
        {"date": "2023-01-02", "kind": "buy", "symbol": "AAPL", "quantity": 10, "price": 100, "fee": 2},
        {"date": "2023-01-02", "kind": "buy", "symbol": "HOUSE", "quantity": 1, "amount": 1000, "account": "Land"},
        {"date": "2024-06-03", "kind": "sell", "symbol": "AAPL", "quantity": 4, "price": 120},
    ],
}


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return evaluate(json.dumps(CASE))


def test_every_figure_of_a_report_can_be_explained(report: dict[str, Any]) -> None:
    told = [explain(report, name) for name in names(report)]

    assert len(told) == len(FIGURES) + 2 * len(HOLDING) > 50
    for one in told:
        assert "{" not in one.formula
        assert one.definition.endswith(".")
        assert as_text(one).startswith(one.title)


def test_every_number_of_the_answer_has_a_definition(report: dict[str, Any]) -> None:
    bare = {"daily_returns", "risk_free", "benchmark_twr", "contribution_of_cash"}  # inputs, and a benchmark's own
    numbers = {name for name, value in report.items() if isinstance(value, float)}

    assert numbers - bare <= set(names(report))


def test_a_gain_is_explained_by_its_parts(report: dict[str, Any]) -> None:
    told = explain(report, "total_gain")

    assert told.formula == "40 + 60 + 0 − 1 − 0 + 0"
    assert sum(told.inputs[name] for name in ("realised_gain", "unrealised_gain", "income")) - 1 == told.result


def test_a_value_names_each_price_its_date_and_whether_it_is_estimated(report: dict[str, Any]) -> None:
    told = explain(report, "value_end")

    assert told.formula == "6 AAPL × 120 × 0.5 + 1 HOUSE × 1,000"
    assert [(p.symbol, p.price, p.date, p.estimated) for p in told.prices] == [
        ("AAPL", 120.0, "2024-06-03", False),
        ("HOUSE", 1000.0, "2023-01-02", True),
    ]
    assert told.estimated
    assert not explain(report, "AAPL.value").estimated


def test_xirr_shows_its_payments_and_they_solve_it(report: dict[str, Any]) -> None:
    from datetime import date

    told = explain(report, "xirr")

    end = date.fromisoformat(told.period[1])
    left = sum(
        amount * (1 + (told.result or 0)) ** ((end - date.fromisoformat(day)).days / 365)
        for day, amount in told.inputs["payments"]
    )
    assert len(told.inputs["payments"]) == 3
    assert left == pytest.approx(0, abs=1e-6)


def test_a_rate_is_written_as_a_percentage_and_an_annual_one_shows_how(report: dict[str, Any]) -> None:
    told = explain(report, "twr_annualised")

    assert told.formula == f"(1 + {report['twr']:.4%}) ^ (365 / 546) − 1"
    assert as_text(told).splitlines()[0] == f"TWR a year: {report['twr_annualised']:.4%}"


def test_a_short_period_is_not_annualised() -> None:
    short = evaluate(json.dumps({**CASE, "period": ["2023-01-01", "2023-01-31"]}))

    assert explain(short, "twr_annualised").formula == f"{short['twr']:.4%}, as it is: the period is not over one year"


def test_a_figure_that_does_not_exist_is_not_available(report: dict[str, Any]) -> None:
    assert explain(report, "beta").result is None
    assert as_text(explain(report, "beta")).startswith("Beta: n/a")
    for name in ("gain", "MSFT.value", "AAPL.colour"):
        with pytest.raises(KeyError):
            explain(report, name)


def test_a_holding_of_an_account_is_named_with_it(report: dict[str, Any]) -> None:
    assert explain(report, "HOUSE@Land.value").result == 1000
