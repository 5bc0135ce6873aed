import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from tests.portfolios.given import bars, listed, split, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _portfolio(portfolio: Portfolio) -> None:
    """Pence, a broker's own rate, a split, foreign cash, a benchmark that is held as well."""
    portfolio.tracks_cash = True
    share, vodafone = listed("AAPL"), listed("VOD.L", "GBp", "XLON")
    portfolio.benchmark = share
    days = ["2024-06-03", "2024-06-04", "2024-06-05"]
    bars(share, dict(zip(days, (100.0, 110.0, 121.0), strict=True)), dict(zip(days, (99.0, 109.0, 121.0), strict=True)))
    bars(vodafone, dict(zip(days, (70.1, 71.3, 69.9), strict=True)))
    bars(listed("GBPUSD=X", "USD", "24/5"), dict(zip(days, (1.25, 1.26, 1.24), strict=True)))
    split(share, "2024-06-04", 2)
    typed(portfolio, Kind.DEPOSIT, "2024-06-03", amount="5000", account="Bank")
    typed(portfolio, Kind.DEPOSIT, "2024-06-03", amount="500", currency="GBP", account="Bank")
    typed(portfolio, Kind.BUY, "2024-06-03", share, "3.5", price="200.1234567", fee="1.5", account="Bank")
    typed(portfolio, Kind.BUY, "2024-06-03", vodafone, "300", price="70.15", tax="1.05", account="Bank")
    typed(portfolio, Kind.BUY, "2024-06-04", vodafone, "100", price="71.2", fx_rate="1.26789", account="Bank")
    typed(portfolio, Kind.SELL, "2024-06-05", share, "2", price="121", fee="1", account="Bank")
    typed(portfolio, Kind.INTEREST, "2024-06-05", amount="-0.31", account="Bank")


def said(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def evaluated(tmp_path: Path, case: str) -> dict[str, Any]:
    file = tmp_path / "case.json"
    file.write_text(case)
    answer: dict[str, Any] = json.loads(said("evaluate", str(file), "--json"))[0]
    return answer


def test_an_exported_case_gives_the_same_report_without_the_database(portfolio: Portfolio, tmp_path: Path) -> None:
    report = json.loads(said("report", portfolio.name, "--json"))

    again = evaluated(tmp_path, said("export_case", portfolio.name))

    for part in ("benchmarks", "against"):
        report.pop(part, None), again.pop(part, None)
    assert flat(again) == pytest.approx(flat(report), rel=1e-9)


def test_an_anonymous_case_has_the_same_percentages_and_nobodys_names(portfolio: Portfolio, tmp_path: Path) -> None:
    report = json.loads(said("report", portfolio.name, "--json"))

    case = said("export_case", portfolio.name, "--anonymise")

    again = evaluated(tmp_path, case)
    for name in ("twr", "xirr", "volatility", "sharpe", "benchmark_twr", "beta"):
        assert again[name] == pytest.approx(report[name], rel=1e-6)
    assert [row["weight"] for row in again["holdings"]] == pytest.approx([row["weight"] for row in report["holdings"]])
    assert again["value_end"] != pytest.approx(report["value_end"])
    assert "VOD" not in case
    assert "Bank" not in case


def test_a_portfolio_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(CommandError, match="There is no portfolio «x»"):
        said("export_case", "x")


def flat(value: Any, name: str = "") -> dict[str, float]:
    """Every number of an answer by its path; words must be equal and stand in the path."""
    match value:
        case dict():
            return {path: own for key, item in value.items() for path, own in flat(item, f"{name}.{key}").items()}
        case list():
            return {path: own for at, item in enumerate(value) for path, own in flat(item, f"{name}[{at}]").items()}
        case int() | float():
            return {name: float(value)}
        case _:
            return {f"{name}={value}": 0.0}
