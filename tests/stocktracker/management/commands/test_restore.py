from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db(transaction=True)


def restore(*arguments: str) -> str:
    said = StringIO()
    call_command("restore", *arguments, stdout=said)
    return said.getvalue()


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    User.objects.create_user("ada")
    call_command("backup", str(tmp_path / "all.zip"), stdout=StringIO())
    User.objects.all().delete()

    said = restore(str(tmp_path / "all.zip"))

    assert "Everything is back" in said
    assert User.objects.get().username == "ada"


def test_a_refusal_says_that_nothing_was_changed(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"(?s)cannot be read as a backup.*Nothing was changed\."):
        restore(str(tmp_path / "missing.zip"))
