import os
import stat
from pathlib import Path

from stocktracker.embedded.up_file import environment_from, up_file


def test_it_tells_while_the_deployment_runs_and_only_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "up.json"

    with up_file(path, "http://127.0.0.1:8000", {"DATABASE_URL": "postgres://here", "HOME": "/root"}):
        told = environment_from(path, os.getpid())
        mode = stat.S_IMODE(path.stat().st_mode)

    assert told == {"DATABASE_URL": "postgres://here"}
    assert mode == 0o600
    assert not path.exists()


def test_what_a_killed_deployment_told_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "up.json"
    path.write_text('{"pid": 1, "env": {}}')

    assert environment_from(path, 2) is None


def test_nothing_told_yet_is_nothing(tmp_path: Path) -> None:
    assert environment_from(tmp_path / "up.json", 1) is None
