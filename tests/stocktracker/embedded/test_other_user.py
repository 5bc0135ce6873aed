import os
import stat
from pathlib import Path

import pytest

from stocktracker.embedded import other_user
from stocktracker.embedded.log import Log
from stocktracker.embedded.other_user import can_walk_to, place_for_data, place_for_programs, server_user, server_users
from stocktracker.embedded.postgres import Postgres
from stocktracker.embedded.programs import postgres_programs

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a server as another user")


@pytest.fixture
def reachable(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(other_user, "REACHABLE", open_folder / "lib")
    return open_folder / "lib"


@pytest.fixture
def closed(open_folder: Path) -> Path:
    """A folder only we can enter, as /root is."""
    (open_folder / "closed" / "simulated").mkdir(parents=True)
    (open_folder / "closed").chmod(0o700)
    return open_folder / "closed" / "simulated"


def test_an_ordinary_user_runs_the_server_himself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert server_user(tmp_path) is None
    assert place_for_data(tmp_path, None) == tmp_path
    assert place_for_programs(tmp_path, None) == tmp_path


@only_root
def test_existing_data_is_served_by_its_owner(tmp_path: Path) -> None:
    owner = server_users()[-1]
    os.chown(tmp_path, owner.pw_uid, owner.pw_gid)

    assert server_user(tmp_path) == owner


@only_root
def test_data_stays_in_a_folder_the_user_can_walk_to(open_folder: Path, reachable: Path) -> None:
    assert place_for_data(open_folder, server_users()[0]) == open_folder
    assert not reachable.exists()


@only_root
def test_data_of_a_closed_folder_goes_elsewhere_and_nothing_is_opened(closed: Path, reachable: Path) -> None:
    user = server_users()[0]

    place = place_for_data(closed, user)

    assert place.parent == reachable
    assert can_walk_to(place, user)
    assert stat.S_IMODE(closed.parent.stat().st_mode) == 0o700


@only_root
def test_in_a_closed_folder_the_server_runs_from_a_copy(
    closed: Path, reachable: Path, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    original = postgres_programs()
    package = original.parent.parent
    shutil.copytree(package, closed / package.name, symlinks=True)
    shutil.copytree(f"{package}.libs", closed / f"{package.name}.libs") if Path(f"{package}.libs").exists() else None
    hidden = closed / package.name / original.parent.name / "bin"
    monkeypatch.setattr("stocktracker.embedded.postgres.postgres_programs", lambda: hidden)

    postgres = Postgres(closed, closed, log, throw_away=True)
    postgres.prepare()

    assert (closed / "postgres").is_symlink()
    assert (closed / "postgres" / "PG_VERSION").exists()
    assert str(postgres.recipe().argv[0]).startswith(str(reachable))
    assert not Postgres(closed, closed, log).is_new
