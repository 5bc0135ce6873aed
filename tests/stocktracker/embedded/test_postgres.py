import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from stocktracker.embedded.child import Child, stop_together
from stocktracker.embedded.folder import Folder
from stocktracker.embedded.log import Log
from stocktracker.embedded.postgres import Postgres
from tests.stocktracker.embedded.fake_project import is_alive, until


@pytest.fixture
def folder(open_folder: Path) -> Iterator[Folder]:
    """Very long, and with spaces: neither may matter."""
    path = open_folder / ("a rather long name " * 8) / "simulated"
    path.mkdir(parents=True)
    yield Folder(path)
    Folder(path).leave()


def made(folder: Folder, log: Log) -> Postgres:
    postgres = Postgres(folder.path, folder.sockets(), log, throw_away=True)
    postgres.prepare()
    return postgres


def started(postgres: Postgres) -> Child:
    postgres.clean_up()
    child = Child(postgres.recipe())
    until(lambda: postgres.ready() or not child.alive())
    assert child.alive(), child.recipe.log.tail()
    return child


def ask(postgres: Postgres, sql: str) -> str:
    with psycopg2.connect(postgres.environment()["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return str(cursor.fetchone())


def stop(child: Child) -> None:
    assert stop_together([child], hurry=lambda: False) == []


def test_it_answers_in_a_long_path_on_a_private_socket_only(folder: Folder, log: Log) -> None:
    postgres = made(folder, log)

    child = started(postgres)

    assert ask(postgres, "SHOW listen_addresses") == "('',)"
    assert ask(postgres, "SHOW server_encoding") == "('UTF8',)"
    stop(child)
    assert not postgres.ready()


def test_data_is_made_once_and_survives(folder: Folder, log: Log) -> None:
    first = made(folder, log)
    identifier = "SELECT system_identifier FROM pg_control_system()"
    child = started(first)
    before = ask(first, identifier)
    stop(child)

    second = made(folder, log)
    child = started(second)

    assert (first.is_new, second.is_new) == (True, False)
    assert ask(second, identifier) == before
    stop(child)


def test_it_stops_although_a_client_stays(folder: Folder, log: Log) -> None:
    postgres = made(folder, log)
    child = started(postgres)
    connection = psycopg2.connect(postgres.environment()["DATABASE_URL"])

    stop(child)

    assert child.exit_code == 0
    connection.close()


def test_an_interrupted_first_start_leaves_nothing_half_made(folder: Folder, log: Log) -> None:
    (folder.path / "postgres.new").mkdir()
    (folder.path / "postgres.new" / "PG_VERSION").write_text("18")

    child = started(made(folder, log))

    assert not (folder.path / "postgres.new").exists()
    stop(child)


def test_after_a_kill_it_recovers_at_once(folder: Folder, log: Log) -> None:
    postgres = made(folder, log)
    child = started(postgres)
    os.kill(child.pid, signal.SIGKILL)
    child.kill()

    again = started(postgres)

    assert ask(postgres, "SELECT 1") == "(1,)"
    stop(again)


def test_the_server_of_a_killed_run_is_ended_before_ours_starts(folder: Folder, log: Log) -> None:
    postgres = made(folder, log)
    orphan = started(postgres)

    ours = started(postgres)

    until(lambda: not orphan.alive())
    assert orphan.exit_code == 0
    stop(ours)


def test_a_stranger_with_the_number_in_the_pid_file_is_left_alone(folder: Folder, log: Log) -> None:
    postgres = made(folder, log)
    with subprocess.Popen(["sleep", "99"]) as stranger:
        (postgres.data / "postmaster.pid").write_text(f"{stranger.pid}\n{postgres.data}\n")

        child = started(postgres)

        assert is_alive(stranger.pid)
        stranger.kill()
    stop(child)


def test_variables_for_clients_do_not_move_the_server(
    folder: Folder, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGDATA", "/elsewhere")
    postgres = made(folder, log)

    child = started(postgres)

    assert ask(postgres, "SHOW port") == "('5432',)"
    stop(child)
