import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from stocktracker.embedded.child import Child, Recipe
from stocktracker.embedded.log import Log
from stocktracker.embedded.stopping import StopWish
from stocktracker.embedded.supervisor import Supervisor, pause_before_restart
from tests.stocktracker.embedded.fake_project import until


class Ears(list[str]):
    """What a supervisor has reported, and who ran then."""

    def __init__(self) -> None:
        self.running: list[list[str]] = []


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def supervisor(ears: Ears) -> Iterator[Supervisor]:
    supervisor = Supervisor(lambda children: ears.running.append([c.name for c in children]), report=ears.append)
    yield supervisor
    supervisor.stop(StopWish())


def sleeper(log: Log, program: str = "sleep") -> Recipe:
    return Recipe(name="sleeper", argv=[program, "99"], log=log, mark="sleep")


def kill(child: Child) -> None:
    os.kill(child.pid, signal.SIGKILL)
    until(lambda: not child.alive())


@pytest.mark.parametrize(("crashes", "pause"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (2000, 30)])
def test_the_pause_doubles_up_to_half_a_minute(crashes: int, pause: float) -> None:
    assert pause_before_restart(crashes, at_once=False) == pause


def test_a_server_is_started_again_at_once_and_only_then_more_slowly() -> None:
    assert [pause_before_restart(n, at_once=True) for n in (1, 2, 3)] == [0, 1, 2]


def test_a_dead_server_is_cleaned_up_after_and_comes_back_at_once(supervisor: Supervisor, ears: Ears, log: Log) -> None:
    cleaned: list[str] = []
    first = supervisor.keep(sleeper(log), clean_up=lambda: cleaned.append("up"))
    kill(first)

    supervisor.look_after()

    assert cleaned == ["up"]
    assert ears.running == [["sleeper"], ["sleeper"]]
    assert "sleeper ended (exit code -9) and starts again now" in ears[0]


def test_a_dead_child_waits_for_its_pause(supervisor: Supervisor, ears: Ears, log: Log) -> None:
    kill(supervisor.keep(sleeper(log)))

    supervisor.look_after()

    assert len(ears.running) == 1
    assert "starts again in 1 s" in ears[0]


def test_a_program_that_has_gone_is_tried_again_later(
    supervisor: Supervisor, ears: Ears, log: Log, tmp_path: Path
) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexec sleep 99\n")
    program.chmod(0o755)
    child = supervisor.keep(sleeper(log, str(program)), clean_up=lambda: None)
    program.unlink()
    kill(child)

    supervisor.look_after()

    assert "sleeper cannot start" in ears[1]
    assert "next attempt in 1 s" in ears[1]


def test_who_may_end_is_not_started_again(supervisor: Supervisor, ears: Ears, log: Log) -> None:
    child = supervisor.run_once(Recipe(name="once", argv=["true"], log=log, mark="true"))
    until(lambda: not child.alive())

    supervisor.look_after()

    assert list(ears) == []
    assert ears.running == [["once"]]


def test_some_can_be_kept_while_the_others_stop(supervisor: Supervisor, log: Log, tmp_path: Path) -> None:
    store = supervisor.keep(Recipe(name="store", argv=["sleep", "99"], log=log, mark="sleep"))
    web = supervisor.keep(Recipe(name="web", argv=["sleep", "99"], log=Log(tmp_path / "web.log"), mark="sleep"))

    supervisor.stop(StopWish(), keep=["store"])

    assert store.alive()
    assert not web.alive()
