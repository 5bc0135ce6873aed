import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from portfolios.cases.evaluation import evaluate
from portfolios.cases.rows import CaseError
from tests.portfolios.cases.given_cases import buy, case, row, sell

ADDS = {"value_start": 1, "inflows": 1, "outflows": -1, "realised_gain": 1, "unrealised_gain": 1, "income": 1,
        "fees": -1, "taxes": -1, "currency_gain": 1}  # fmt: skip
DUST = "1e-13"
ODD = {
    "empty": case(period=["2024-01-01", "2024-01-05"]),
    "before everything": case(buy(), period=["2023-01-01", "2023-06-01"]),
    "after everything": case(buy(), sell(), period=["2025-01-01", "2025-06-01"]),
    "one day": case(buy(), period=["2024-01-03", "2024-01-03"]),
    "one day of a transaction": case(buy(), period=["2024-01-02", "2024-01-02"]),
    "start on a transaction": case(buy(), sell(), period=["2024-01-02", "2024-01-10"]),
    "weekend": case(buy(day="2024-01-06"), period=["2024-01-05", "2024-01-07"]),
    "before the first price": case(buy(day="2023-12-01")),
    "bought and sold on one day": case(buy(), sell(day="2024-01-02"), period=["2024-01-01", "2024-01-02"]),
    "closed and reopened on one day": case(buy(), sell(), buy(day="2024-01-03")),
    "money on the last day": case(row("deposit", amount=9), row("deposit", "2024-01-10", amount=9), tracks_cash=True),
    "total loss and new money": case(
        buy(), buy(day="2024-01-08"), prices={"AAPL": {"2024-01-02": 10, "2024-01-03": 0, "2024-01-08": 5}}
    ),
    "prices of zero": case(buy(1, 0), prices={"AAPL": {"2024-01-02": 0}}),
    "many": case(buy("1e9", "123456.789"), sell("1e9", 1)),
    "few": case(buy("1e-8"), sell("1e-8")),
    "dust": case(buy(DUST), buy()),
    "short": case(sell(day="2024-01-02"), buy(15, day="2024-01-04"), sell(5, day="2024-01-10"), allow_short=True),
    "below zero": case(
        row("deposit", amount=10), sell(100, 10, "2024-01-02"), allow_short=True, tracks_cash=True
    ),
    "split in another account": case(buy(account="A"), row("split", "2024-01-03", symbol="AAPL", quantity=2)),
    "deposit with a symbol": case(row("deposit", symbol="CASH", amount=5), tracks_cash=True),
    "a symbol with no prices yet": case(buy(), prices={"AAPL": None}),
    "shares from nowhere without any price": case(row("transfer_in", symbol="HOUSE", quantity=1)),
}  # fmt: skip


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_portfolios_have_a_report_that_adds_up(text: str) -> None:
    found = evaluate(text)

    assert sum(found[name] * sign for name, sign in ADDS.items()) == pytest.approx(found["value_end"], abs=1e-6)
    json.dumps(found, allow_nan=False)


def test_two_splits_on_neighbouring_days_and_one_on_the_start_change_no_value() -> None:
    splits = [
        {"symbol": "AAPL", "date": "2024-01-03", "numerator": 2, "denominator": 1},
        {"symbol": "AAPL", "date": "2024-01-04", "numerator": 1, "denominator": 4},
    ]
    prices = {"AAPL": {"2024-01-02": 10, "2024-01-03": 5, "2024-01-04": 20}}

    for start in ("2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"):
        found = evaluate(
            case(buy(), splits=splits, prices=prices, prices_are="as-traded", period=[start, "2024-01-05"])
        )
        assert (found["value_end"], found["total_gain"], found["holdings"][0]["quantity"]) == (100, 0, 5)


def test_below_zero_rates_are_missing_and_amounts_are_not() -> None:
    found = evaluate(ODD["below zero"])

    assert (found["twr"], found["xirr"], found["twr_annualised"]) == (None, None, None)
    assert found["value_end"] == 10 + 1000 - 1400


def test_an_impossible_ledger_is_a_sentence_that_names_the_row() -> None:
    with pytest.raises(CaseError, match=r"^row 2 \(2024-01-03 sell AAPL\) sells 11 AAPL on 2024-01-03, but only 10"):
        evaluate(case(buy(), sell(11)))


def test_the_command_answers_each_case_in_its_place_and_fails_if_one_did(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(case(buy()))
    bad.write_text(case(buy(0)))
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command(
            "evaluate", str(bad), str(good), str(tmp_path / "none.json"), json=True, stdout=out, stderr=StringIO()
        )

    first, second, third = json.loads(out.getvalue())
    assert ended.value.code == 1
    assert first == {"error": "row 1 (2024-01-02 buy AAPL): a buy needs a quantity."}
    assert second["value_end"] == 140
    assert "none.json" in third["error"]


@pytest.mark.parametrize("quantity", ["1e300", "1e999999"])
def test_numbers_beyond_any_portfolio_are_refused_with_their_row(quantity: str) -> None:
    with pytest.raises(CaseError, match="row 1"):
        evaluate(case(buy(quantity, "1e300")))
