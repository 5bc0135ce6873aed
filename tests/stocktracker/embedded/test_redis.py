import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as client

from stocktracker.embedded.child import Child, stop_together
from stocktracker.embedded.folder import Folder
from stocktracker.embedded.log import Log
from stocktracker.embedded.redis import Redis
from tests.stocktracker.embedded.fake_project import until


@pytest.fixture
def server(tmp_path: Path, log: Log) -> Iterator[Redis]:
    folder = Folder(tmp_path / ("a rather long name " * 8))
    folder.path.mkdir()
    redis = Redis(folder.path, folder.sockets(), log)
    redis.prepare()
    yield redis
    folder.leave()


def started(server: Redis) -> Child:
    server.clean_up()
    child = Child(server.recipe())
    until(lambda: server.ready() or not child.alive())
    assert child.alive(), child.recipe.log.tail()
    return child


def stop(child: Child) -> None:
    assert stop_together([child], hurry=lambda: False) == []


def test_it_never_throws_a_message_away_to_make_room(server: Redis) -> None:
    child = started(server)

    settings = client.Redis.from_url(server.environment()["REDIS_URL"]).config_get("*")

    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["appendonly"] == "yes"
    assert settings["port"] == "0"
    stop(child)


def test_what_was_written_a_second_before_a_kill_is_still_there(server: Redis) -> None:
    child = started(server)
    connection = client.Redis.from_url(server.environment()["REDIS_URL"])
    connection.config_set("appendfsync", "always")  # the test need not wait for the second
    connection.set("bell", "rings")
    os.kill(child.pid, signal.SIGKILL)
    child.kill()

    again = started(server)

    assert connection.get("bell") == b"rings"
    stop(again)


def test_the_server_of_a_killed_run_is_ended_before_ours_starts(server: Redis) -> None:
    orphan = started(server)

    ours = started(server)

    assert orphan.exit_code == 0
    stop(ours)


def test_nobody_there_is_not_ready(server: Redis) -> None:
    assert not server.ready()
