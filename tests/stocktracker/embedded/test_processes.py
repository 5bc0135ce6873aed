import os
import subprocess

import pytest

from stocktracker.embedded import processes as module
from stocktracker.embedded.processes import Process, command_line, processes


@pytest.fixture(params=["proc", "ps"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Both ways to look: Linux has /proc, the others have ps."""
    if request.param == "ps":
        monkeypatch.setattr(module, "PROC", tmp_path)


@pytest.mark.usefixtures("source")
def test_a_process_is_seen_with_its_group_and_command_line() -> None:
    with subprocess.Popen(["sleep", "99.25"], start_new_session=True) as sleeper:
        found = [process for process in processes() if process.pid == sleeper.pid]
        sleeper.kill()

    assert found == [Process(sleeper.pid, sleeper.pid, "sleep 99.25")]


@pytest.mark.usefixtures("source")
def test_a_zombie_has_no_command_line() -> None:
    with subprocess.Popen(["true"]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has taken note

        assert command_line(process.pid) == ""


def test_nobody_has_no_command_line() -> None:
    assert command_line(2**30) == ""
