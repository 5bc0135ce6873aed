import os
import shutil
from pathlib import Path

import pytest

from stocktracker.chaos.private import FOLDER, NOWHERE, environment, inside, run_inside
from stocktracker.embedded.folder import throw_away_folder

TELLS = """
import os, pathlib, sys
names = ("CHAOS_FOLDER", "DATABASE_URL", "REDIS_URL")
pathlib.Path(sys.argv[2]).write_text(chr(10).join(os.environ[name] for name in names))
sys.exit(3)
"""


def test_outside_there_is_no_private_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    assert inside() is None

    monkeypatch.setenv(FOLDER, str(tmp_path))
    found = inside()
    assert found is not None
    assert found.path == tmp_path


def test_a_command_runs_where_servers_are_private_and_its_folder_goes_with_it(tmp_path: Path) -> None:
    (tmp_path / "manage.py").write_text(TELLS)

    code = run_inside(tmp_path, ["chaos", str(tmp_path / "told")])

    folder, database, redis = (tmp_path / "told").read_text().splitlines()
    assert code == 3
    assert not Path(folder).exists()
    assert {database, redis}.isdisjoint({os.environ["DATABASE_URL"], os.environ["REDIS_URL"]})
    assert "/tmp" in redis  # noqa: S108 — where sockets are


def test_nothing_there_can_ask_the_price_source_and_everything_is_as_small_as_it_gets() -> None:
    folder = throw_away_folder()

    env = environment(folder)

    assert (env["YAHOO_PROXY"], env["MARKET"]) == (NOWHERE, "simulated")
    assert (env["WORKER_CONCURRENCY"], env["WEB_CONCURRENCY"]) == ("2", "1")
    folder.leave()
    shutil.rmtree(folder.path)
