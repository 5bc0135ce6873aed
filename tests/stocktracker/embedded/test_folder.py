import os
import stat
from pathlib import Path

import pytest

from stocktracker.embedded.folder import Folder, data_folder, throw_away_folder
from stocktracker.embedded.terminal import SetupError


def test_simulated_and_live_data_are_apart(tmp_path: Path) -> None:
    assert data_folder(tmp_path, "simulated", {}).path == tmp_path / "var" / "simulated"
    assert data_folder(tmp_path, "live", {}).path == tmp_path / "var" / "live"


def test_a_home_from_the_environment_replaces_var(tmp_path: Path) -> None:
    folder = data_folder(tmp_path, "live", {"STOCKTRACKER_HOME": str(tmp_path / "my data")})

    assert folder.path == tmp_path / "my data" / "live"
    assert folder.path.is_dir()


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SetupError, match="Cannot make the data folder"):
        data_folder(tmp_path, "live", {"STOCKTRACKER_HOME": str(tmp_path / "file")})


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = Folder(tmp_path).secret_key()

    assert Folder(tmp_path).secret_key() == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_the_sockets_folder_is_short_private_and_the_same_every_time(tmp_path: Path) -> None:
    folder = Folder(tmp_path / ("a long name " * 20))

    sockets = folder.sockets()

    assert sockets == folder.sockets()
    assert len(bytes(sockets)) < 60
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    folder.leave()
    assert not sockets.exists()


def test_a_sockets_folder_somebody_prepared_for_us_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    sockets = folder.sockets()
    sockets.rmdir()
    sockets.symlink_to(tmp_path)

    with pytest.raises(SetupError, match="belongs to somebody else"):
        folder.sockets()

    sockets.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_sockets_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    sockets = folder.sockets()
    os.chown(sockets, 54321, 54321)

    with pytest.raises(SetupError, match="belongs to somebody else"):
        folder.sockets()

    sockets.rmdir()


def test_a_throw_away_folder_is_new_and_can_be_walked_through() -> None:
    folder = throw_away_folder()

    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o711
    folder.path.rmdir()
