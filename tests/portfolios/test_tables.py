from typing import Any

from portfolios.tables import income_rows


def test_income_is_by_month_and_then_what_is_expected() -> None:
    stored: dict[str, Any] = {
        "months": {"2024-06": 19.123456, "2024-01": 1.0},
        "expected": [{"date": "2025-06-04", "symbol": "AAPL", "amount": 19.0}],
    }

    assert list(income_rows(stored)) == [
        ["date", "symbol", "amount", "estimated"],
        ["2024-01", "", 1.0, False],
        ["2024-06", "", 19.1235, False],
        ["2025-06-04", "AAPL", 19.0, True],
    ]
    assert list(income_rows({})) == [["date", "symbol", "amount", "estimated"]]
