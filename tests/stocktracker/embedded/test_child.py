import os
import signal
import time
from pathlib import Path

from stocktracker.embedded.child import Child, Recipe, stop_together
from stocktracker.embedded.log import Log
from tests.stocktracker.embedded.fake_project import descendants, is_alive, until

DEAF = "trap '' TERM; echo deaf; while :; do sleep 0.05; done"


def recipe(log: Log, command: str, *, grace: float = 5.0) -> Recipe:
    return Recipe(name="child", argv=["sh", "-c", command], log=log, mark="sh", grace=grace)


def never() -> bool:
    return False


def test_its_lines_go_to_its_log(log: Log) -> None:
    child = Child(recipe(log, "echo out; echo error >&2"))

    until(lambda: not child.alive())

    assert log.tail() == "\n    out\n    error"
    assert child.exit_code == 0


def test_it_leads_a_session_of_its_own(log: Log) -> None:
    child = Child(recipe(log, "exec sleep 99"))

    assert os.getsid(child.pid) == child.pid
    child.kill()


def test_it_may_finish_what_it_does_when_asked_to_stop(log: Log) -> None:
    child = Child(recipe(log, "trap 'echo finished; exit 0' TERM; echo begun; while :; do sleep 0.05; done"))
    until(lambda: "begun" in log.path.read_text())

    stubborn = stop_together([child], hurry=never)

    assert stubborn == []
    assert child.exit_code == 0
    assert "finished" in log.tail()


def test_whoever_does_not_stop_in_time_is_killed_and_named(log: Log) -> None:
    child = Child(recipe(log, DEAF, grace=0.3))
    until(lambda: "deaf" in log.path.read_text())

    stubborn = stop_together([child], hurry=never)

    assert stubborn == ["child"]
    assert child.exit_code == -signal.SIGKILL


def test_in_a_hurry_nobody_waits(log: Log) -> None:
    child = Child(recipe(log, DEAF, grace=60))
    until(lambda: "deaf" in log.path.read_text())
    began = time.monotonic()

    stop_together([child], hurry=lambda: True)

    assert time.monotonic() - began < 2


def test_its_own_children_go_with_it(log: Log) -> None:
    child = Child(recipe(log, "sleep 99 & wait"))
    until(lambda: descendants(child.pid))
    family = descendants(child.pid)

    stop_together([child], hurry=never)

    until(lambda: not any(is_alive(pid) for pid in family))


def test_one_with_a_short_grace_is_not_kept_alive_by_a_patient_one(log: Log, tmp_path: Path) -> None:
    patient = Child(recipe(Log(tmp_path / "patient.log"), "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.05; done"))
    hasty = Child(recipe(log, DEAF, grace=0.2))
    until(lambda: "deaf" in log.path.read_text())

    stubborn = stop_together([patient, hasty], hurry=never)

    assert stubborn == ["child"]
    assert patient.exit_code == 0
