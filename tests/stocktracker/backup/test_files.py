import io
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from stocktracker.backup.files import Digest, written_whole
from stocktracker.backup.manifest import BackupError


def test_a_file_gets_its_name_when_it_is_whole_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"

    with written_whole(str(path)) as file:
        file.write(b"half")
        half = path.exists()

    assert not half
    assert path.read_bytes() == b"half"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_goes_wrong_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(b"yesterday")

    with pytest.raises(ZeroDivisionError), written_whole(str(path)) as file:
        file.write(b"half" * (1 // 0))

    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("all.zip", b"yesterday")]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="missing cannot be written to"), written_whole(str(tmp_path / "missing/a")):
        pass


def test_a_digest_is_of_everything_that_passed() -> None:
    written, read = Digest(io.BytesIO()), Digest(io.BytesIO(b"ab"))

    written.write(b"a")
    written.write(b"b")
    while read.read(1):
        pass

    assert written.sha256 == read.sha256 == sha256(b"ab").hexdigest()
