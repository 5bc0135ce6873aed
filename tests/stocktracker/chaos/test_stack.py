import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from stocktracker.chaos import stack as stacks
from stocktracker.chaos.private import environment
from stocktracker.chaos.stack import Stack
from stocktracker.embedded.folder import throw_away_folder
from stocktracker.embedded.processes import command_line
from stocktracker.embedded.stopping import StopWish

PROCFILE = """
release: touch released
web: sleep 100
worker: sh -c 'sleep 100 & sleep 101; true'
"""
SOON = 15.0  # seconds


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setattr(stacks, "RESTART_PAUSE", 0.1)
    (tmp_path / "Procfile").write_text(PROCFILE)
    folder = throw_away_folder()
    made = Stack(folder, tmp_path, environment(folder), workers=2, plain=False, wish=StopWish())
    yield made
    made.close()
    shutil.rmtree(folder.path)
    folder.leave()


def pid(stack: Stack, name: str) -> int | None:
    return stack.pids().get(name)


def test_names_are_those_of_the_servers_and_of_the_procfile(stack: Stack) -> None:
    stack.release()

    assert stack.names == ["redis", "postgres", "web", "worker-1", "worker-2"]
    assert (stack.workers, stack.one_of_each_worker) == (["worker-1", "worker-2"], ["worker-1"])
    assert (stack._project / "released").exists()


def test_who_is_killed_comes_back_and_who_is_stopped_stays_away(stack: Stack) -> None:
    stack.start("web", "worker-1")
    first = stack.pids()

    stack.kill("web")
    stack.stop("worker-1")

    assert stack.until(lambda: pid(stack, "web") not in {None, first["web"]}, SOON)
    assert stack.surprises() == []
    assert pid(stack, "worker-1") is None
    stack.start("worker-1")
    assert pid(stack, "worker-1")


def test_who_ends_by_himself_is_a_surprise_and_comes_back_too(stack: Stack) -> None:
    stack.start("web")
    first = stack.pids()["web"]

    os.kill(first, 15)

    assert stack.until(lambda: pid(stack, "web") not in {None, first}, SOON)
    assert stack.surprises() == ["web"]
    assert stack.surprises() == []


def test_one_child_or_the_first_process_alone_can_be_killed(stack: Stack) -> None:
    stack.start("worker-1")
    assert stack.until(lambda: len(stack.children("worker-1")) == 2, SOON)
    first, child = stack.pids()["worker-1"], stack.children("worker-1")[0]

    stack.kill_one_child("worker-1")
    assert stack.until(lambda: child not in stack.children("worker-1"), SOON)  # gone, and no zombie either
    assert pid(stack, "worker-1") == first
    left = stack.children("worker-1")
    stack.kill_first_process("worker-1")

    assert stack.wish.wait_until(lambda: pid(stack, "worker-1") is None, seconds=SOON)
    assert left
    assert all(command_line(one) for one in left)
    assert stack.until(lambda: pid(stack, "worker-1") is not None, SOON)
    assert not any(command_line(one) for one in left)


def test_a_frozen_process_lives_and_is_thawed(stack: Stack) -> None:
    stack.start("web")
    first = stack.pids()["web"]

    stack.freeze("web")

    assert stack.until(lambda: state(first) == "T", SOON)
    stack.thaw("web")
    assert stack.until(lambda: state(first) == "S", SOON)


def state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def test_servers_killed_without_warning_are_back_at_once_and_redis_can_lose_its_data(stack: Stack) -> None:
    stack.start("redis", "postgres")
    first = stack.pids()

    stack.kill("redis", "postgres")
    stack.empty_redis()

    assert stack.until(lambda: {"redis", "postgres"} <= set(stack.pids()), SOON)
    assert set(first.values()).isdisjoint(stack.pids().values())
    assert all(server.ready() for server in stack._servers.values())
