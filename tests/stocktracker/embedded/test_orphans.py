import subprocess
from collections.abc import Iterator

import pytest

from stocktracker.embedded import orphans
from stocktracker.embedded.orphans import Noted, stop_orphans
from tests.stocktracker.embedded.fake_project import is_alive, until


def start(command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(["sh", "-c", command], start_new_session=True, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[str]]:
    with start("exec sleep 99") as process:
        yield process
        process.kill()


def test_an_orphan_is_ended_with_its_own_signal(sleeper: subprocess.Popen[str]) -> None:
    stop_orphans([Noted("beat", sleeper.pid, "sleep", 2)])

    assert sleeper.wait(5) == -2


def test_a_stranger_who_got_the_number_is_left_alone(sleeper: subprocess.Popen[str]) -> None:
    stop_orphans([Noted("web", sleeper.pid, "granian", 15)])

    assert sleeper.poll() is None


def test_a_stubborn_orphan_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "PATIENCE", 0.2)
    with start("trap '' TERM; echo deaf; while :; do sleep 0.05; done") as deaf:
        assert deaf.stdout
        deaf.stdout.readline()

        stop_orphans([Noted("worker", deaf.pid, "sh", 15)])

        assert deaf.wait(5) == -9


def test_a_number_nobody_has_any_more_is_no_trouble() -> None:
    with start("true") as process:
        process.wait()

    stop_orphans([Noted("web", process.pid, "true", 15)])


def test_those_who_lost_their_leader_are_ended_too() -> None:
    with start("sleep 99 >/dev/null & echo $!") as leader:
        assert leader.stdout
        left_behind = int(leader.stdout.readline())
        leader.wait()

    stop_orphans([Noted("web", leader.pid, "sleep", 15)])

    until(lambda: not is_alive(left_behind))
