import json
import os
from pathlib import Path

import pytest

from stocktracker.embedded.child import Child, Recipe
from stocktracker.embedded.lock import LockedError, locked
from stocktracker.embedded.log import Log
from stocktracker.embedded.orphans import Noted


def test_a_second_holder_is_refused_and_told_who_is_first(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "lock", "run", "http://127.0.0.1:8000"),
        pytest.raises(LockedError, match=rf"process {os.getpid()}\) at http://127.0.0.1:8000; stop it with Ctrl-C"),
        locked(tmp_path / "lock", "run", ""),
    ):
        pass


def test_a_command_that_holds_it_is_called_a_command(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "lock", "manage", ""),
        pytest.raises(LockedError, match="A bin/manage command is running here"),
        locked(tmp_path / "lock", "run", ""),
    ):
        pass


def test_a_half_written_note_is_no_reason_to_fall_over(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", "run", ""):
        (tmp_path / "lock").write_text('{"pid": 12')
        with (
            pytest.raises(LockedError, match="just starting or stopping") as refused,
            locked(tmp_path / "lock", "run", ""),
        ):
            pass

    assert refused.value.holder is None


def test_the_next_holder_learns_which_children_a_killed_one_left_behind(tmp_path: Path) -> None:
    orphan = Noted("web", 4711, "granian", 15)
    note = {"pid": 1, "purpose": "run", "address": "", "children": [vars(orphan)]}
    (tmp_path / "lock").write_text(json.dumps(note))

    with locked(tmp_path / "lock", "run", "") as lock:
        assert lock.left_behind == [orphan]


def test_children_are_noted_while_they_run_and_forgotten_after_an_orderly_end(tmp_path: Path, log: Log) -> None:
    with locked(tmp_path / "lock", "run", "") as lock:
        child = Child(Recipe(name="child", argv=["true"], log=log, mark="true"))
        lock.note([child])
        noted = json.loads((tmp_path / "lock").read_text())
        child.kill()

    assert noted["children"] == [{"name": "child", "pid": child.pid, "mark": "true", "stop_signal": 15}]
    assert (tmp_path / "lock").read_text() == ""
