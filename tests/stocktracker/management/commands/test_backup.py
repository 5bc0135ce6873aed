from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db(transaction=True)


def backup(*arguments: str) -> str:
    said = StringIO()
    call_command("backup", *arguments, stdout=said)
    return said.getvalue()


def test_it_says_what_was_written(tmp_path: Path) -> None:
    User.objects.create_user("ada")

    said = backup(str(tmp_path / "all.zip"))

    assert "all.zip: " in said
    assert "tables, 0.0 MB" in said
    assert (tmp_path / "all.zip").exists()


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written to"):
        backup(str(tmp_path / "missing" / "all.zip"))
