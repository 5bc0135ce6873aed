from pathlib import Path

import pytest

from stocktracker.embedded.procfile import Procfile, program_of
from stocktracker.embedded.terminal import SetupError


def test_the_release_step_is_apart_from_what_lasts(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("# why\nrelease: migrate && load\n\nweb: serve --port ${PORT:-8000} a:b\n")

    procfile = Procfile.read(tmp_path / "Procfile")

    assert procfile.release == "migrate && load"
    assert procfile.lasting == {"web": "serve --port ${PORT:-8000} a:b"}


def test_a_missing_procfile_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="There is no Procfile in"):
        Procfile.read(tmp_path / "Procfile")


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ("granian --port 1", "granian"),
        ("A=1 B=2 /usr/bin/celery -A x", "celery"),
        ("sh -c 'x'", "sh"),
        ("env A=1 celery -A x", "celery"),
        ("", ""),
    ],
)
def test_the_program_is_the_first_word_that_is_no_assignment(command: str, program: str) -> None:
    assert program_of(command) == program
