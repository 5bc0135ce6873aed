from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from portfolios.models import Portfolio

pytestmark = pytest.mark.django_db(transaction=True)


def import_all(*arguments: str) -> str:
    said = StringIO()
    call_command("import_all", *arguments, stdout=said)
    return said.getvalue()


def test_files_of_one_account_become_another_ones(portfolio: Portfolio, tmp_path: Path) -> None:
    call_command("export_all", str(tmp_path / "ada.zip"), "--user", "ada", stdout=StringIO())

    said = import_all(str(tmp_path / "ada.zip"), "--user", "grace")

    assert "grace has 1 more portfolios with 0 transactions" in said
    assert Portfolio.objects.get(owner__username="grace").name == "Family"


def test_a_refusal_says_that_nothing_was_stored(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"(?s)cannot be read.*Nothing was stored\."):
        import_all(str(tmp_path / "missing.zip"), "--user", "grace")

    assert not User.objects.exists()
