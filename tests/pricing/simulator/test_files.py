"""Writing files that others may read at any moment."""

from pathlib import Path

import pytest

from pricing.simulator.files import create_atomically, write_atomically


def test_a_file_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "ca.pem"
    write_atomically(target, b"old")

    write_atomically(target, b"new", mode=0o600)

    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_is_there_is_not_created_again(tmp_path: Path) -> None:
    target = tmp_path / "ca.key.pem"

    create_atomically(target, b"first", mode=0o600)
    create_atomically(target, b"second")

    assert target.read_bytes() == b"first"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "ca.pem", b"")
