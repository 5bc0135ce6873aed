import json
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from tests.portfolios.given import bars, listed, typed

pytestmark = pytest.mark.django_db(transaction=True)


def export_all(*arguments: str) -> str:
    said = StringIO()
    call_command("export_all", *arguments, stdout=said)
    return said.getvalue()


def test_everybody_has_a_folder_and_reports_are_computed_now(portfolio: Portfolio, tmp_path: Path) -> None:
    User.objects.create_user("eve")
    share = listed("AAPL")
    bars(share, {"2024-06-03": 100.0, "2024-06-04": 110.0})
    typed(portfolio, Kind.BUY, "2024-06-03", share, "3", price="100")
    path = tmp_path / "all.zip"

    said = export_all(str(path))

    with ZipFile(path) as packed:
        assert {name.partition("/")[0] for name in packed.namelist()} == {"ada", "eve"}
        report = json.loads(packed.read("ada/portfolios/01-family/report.json"))
    assert report["total_gain"] == 30
    assert "1 portfolios of 2 people" in said


def test_somebody_who_is_not_there_is_named_with_those_who_are(portfolio: Portfolio, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no user «eve»\. There are: ada"):
        export_all(str(tmp_path / "all.zip"), "--user", "eve")

    assert not list(tmp_path.iterdir())
