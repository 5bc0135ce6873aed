import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from stocktracker.jobs.models import Job
from tests.charts.given import computed, hold, walk
from tests.portfolios.given import typed

pytestmark = pytest.mark.django_db


def answers(*files: Path, fails: bool = False) -> list[dict[str, Any]]:
    out = StringIO()
    if fails:
        with pytest.raises(SystemExit):
            call_command("backtest", *map(str, files), json=True, stdout=out, stderr=StringIO())
    else:
        call_command("backtest", *map(str, files), json=True, stdout=out, stderr=StringIO())
    found: list[dict[str, Any]] = json.loads(out.getvalue())
    return found


def file(folder: Path, data: object) -> Path:
    path = folder / f"{len(list(folder.iterdir()))}.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_a_file_gives_the_result_the_page_has(user: User, tmp_path: Path) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))

    (answer,) = answers(file(tmp_path, hold("VTI")))

    assert answer["report"] == row.report
    assert answer["request"] == row.request
    assert len(answer["trades"]) == 1


def test_a_file_that_gives_none_keeps_its_place_with_the_reason(tmp_path: Path) -> None:
    walk("VTI")
    good, bad, late, broken = (
        file(tmp_path, data) for data in (hold("VTI"), hold("VTI", cash="x"), hold("VTI", start="2050-01-03"), "{")
    )

    found = answers(good, bad, late, broken, tmp_path / "nowhere.json", fails=True)

    assert "report" in found[0]
    assert found[1]["faults"] == [{"path": "cash", "message": "«x» is not a number."}]
    assert found[2]["faults"][0]["path"] == "start"
    assert "cannot be read" in found[3]["error"]
    assert "nowhere.json" in found[4]["error"]


def test_prices_that_are_missing_are_asked_of_the_workers(tmp_path: Path) -> None:
    (answer,) = answers(file(tmp_path, hold("COLD")), fails=True)

    assert answer["error"] == ("The workers were asked for the prices of COLD. Run this again when they have come.")
    assert Job.objects.get().kind == "stocktracker.backfill"


def test_a_portfolio_that_was_not_traded(portfolio: Portfolio, tmp_path: Path) -> None:
    typed(portfolio, Kind.BUY, "2020-01-02", walk("A"), "10", price="100")
    strategy = {"kind": "untraded", "portfolio": portfolio.pk, "since": "2021-01-04"}
    known, unknown = ({"strategy": strategy | {"portfolio": pk}, "benchmark": ""} for pk in (portfolio.pk, 10**6))

    found = answers(file(tmp_path, known), file(tmp_path, unknown), fails=True)

    assert found[0]["report"]["actual"]["end_value"] > 0
    assert found[0]["request"]["currency"] == "USD"
    assert found[1]["faults"] == [{"path": "strategy.portfolio", "message": "There is no portfolio 1000000."}]
