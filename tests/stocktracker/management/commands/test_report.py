import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from tests.portfolios.given import bars, listed, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _portfolio(portfolio: Portfolio) -> None:
    share = listed("AAPL")
    bars(share, {"2024-06-03": 100.0, "2024-06-04": 110.0, "2024-06-05": 121.0})
    typed(portfolio, Kind.BUY, "2024-06-03", share, "3", price="100.003333", fee="1", account="Bank")
    typed(portfolio, Kind.SELL, "2024-06-05", share, "1", price="121", account="Bank")


def report(*arguments: str) -> str:
    said = StringIO()
    call_command("report", *arguments, stdout=said)
    return said.getvalue()


def test_it_adds_up_in_cents_in_the_terminal(portfolio: Portfolio) -> None:
    lines = report(portfolio.name).splitlines()

    amounts = {line[2:26].strip(): (line[0], float(line[26:])) for line in lines[2:12]}
    added = sum(-value if sign == "−" else value for sign, value in list(amounts.values())[:-1])
    assert lines[0] == "2024-06-02 to 2024-06-05, USD"
    assert amounts["Value at the end"][1] == 242
    assert added == pytest.approx(242, abs=1e-9)


def test_as_json_it_is_the_report(portfolio: Portfolio) -> None:
    answer: dict[str, Any] = json.loads(
        report(str(portfolio.pk), "--json", "--from", "2024-06-03", "--to", "2024-06-04")
    )

    assert (answer["period"], answer["value_start"], answer["value_end"]) == (["2024-06-03", "2024-06-04"], 300, 330)
    assert answer["twr"] == pytest.approx(0.1)


def test_a_figure_is_explained(portfolio: Portfolio) -> None:
    assert "2 AAPL × 121" in report(portfolio.name, "--explain", "value_end")
    assert json.loads(report(portfolio.name, "--explain", "AAPL@Bank.value", "--json"))[0]["result"] == 242
    with pytest.raises(CommandError, match=r"There is no figure «gains»\. There are: value_start, "):
        report(portfolio.name, "--explain", "gains")


def test_what_cannot_be_reported_is_a_sentence(portfolio: Portfolio) -> None:
    with pytest.raises(CommandError, match="There is no portfolio «x»"):
        report("x")
    with pytest.raises(CommandError, match="There is no account «Safe»"):
        report(portfolio.name, "--account", "Safe")
