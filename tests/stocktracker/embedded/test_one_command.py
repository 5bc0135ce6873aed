"""`manage` and `test`, from outside: what the user sees of them."""

import json
import signal
from collections.abc import Callable

from tests.stocktracker.embedded.fake_project import Project, Started, descendants, is_alive, until

ELSEWHERE = {"DATABASE_URL": "postgres://elsewhere/db", "REDIS_URL": "redis://elsewhere"}


def test_a_command_alone_gets_servers_and_a_migrated_database(project: Project) -> None:
    first = project.run("manage", "environment")
    second = project.run("manage", "environment")

    env = json.loads(first.stdout)
    assert first.returncode == 0
    assert env["DATABASE_URL"].startswith("postgres://stocktracker@%2Ftmp%2Fstocktracker-")
    assert env["REDIS_URL"].startswith("unix:///tmp/stocktracker-")
    assert env["MARKET"] == "simulated"
    assert env["YAHOO_PROXY"].startswith("http://127.0.0.1:")
    assert env["SECRET_KEY"] == json.loads(second.stdout)["SECRET_KEY"]
    assert project.commands == ["migrate", "environment", "environment"]


def test_a_command_talks_to_the_terminal_and_its_exit_code_is_ours(project: Project) -> None:
    answered = project.run("manage", "--live", "answer", stdin="yes\n")
    failed = project.run("manage", "--live", "fail")

    assert answered.stdout == "you said yes\n"
    assert failed.returncode == 7
    assert failed.stderr == ""


def test_a_command_joins_the_deployment_that_runs(bare: Callable[..., Started], project: Project) -> None:
    bare().announced()

    joined = project.run("manage", "--live", "environment")

    env = json.loads(joined.stdout)
    assert env["DATABASE_URL"] == ELSEWHERE["DATABASE_URL"]
    assert env["SECRET_KEY"] == project.folder.secret_key()


def test_a_command_waits_for_a_deployment_that_is_just_starting(bare: Callable[..., Started], project: Project) -> None:
    (project.path / "Procfile").write_text("release: while ! test -e go; do sleep 0.05; done\nweb: python web.py\n")
    started = bare()
    until(lambda: project.folder.lock.exists() and "release" in project.folder.lock.read_text())
    waiting = project.start("manage", "--live", "environment")

    (project.path / "go").touch()

    assert waiting.ended() == 0
    assert started.process.poll() is None


def test_given_both_urls_a_command_needs_nothing_of_ours(project: Project) -> None:
    done = project.run("manage", "environment", **ELSEWHERE)

    assert json.loads(done.stdout)["DATABASE_URL"] == ELSEWHERE["DATABASE_URL"]
    assert project.commands == ["environment"]
    assert not project.folder.lock.exists()


def test_beside_a_command_that_has_servers_of_its_own_nothing_else_starts(project: Project) -> None:
    long = project.start("manage", "--live", "wait")
    until(lambda: "wait" in project.commands)

    refusals = [project.run(*arguments) for arguments in (("run", "--live"), ("manage", "--live", "fail"))]
    (project.path / "go").touch()

    assert [refusal.returncode for refusal in refusals] == [1, 1]
    assert {refusal.stderr for refusal in refusals} == {
        f"A bin/manage command is running here (process {long.process.pid}): try again when it has ended.\n"
    }
    assert long.ended() == 0


def test_pytest_gets_servers_of_its_own_and_has_the_last_word(project: Project) -> None:
    (project.path / "test_it.py").write_text(
        "import os\ndef test_it(): assert 'stocktracker-' in os.environ['DATABASE_URL'] + os.environ['SECRET_KEY']\n"
    )

    done = project.run("test", "-q", "-p", "no:cacheprovider", "-p", "no:django", "test_it.py")

    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 passed")
    assert done.stderr == ""


def test_the_whole_suite_is_run_in_three_processes(project: Project) -> None:
    (project.path / "test_it.py").write_text(
        "def test_it(worker_id: str) -> None:\n    assert worker_id.startswith('gw')\n"
    )

    done = project.run("test", PYTEST_ADDOPTS="-p no:django -p no:cacheprovider")

    assert "3 workers [1 item]" in done.stdout
    assert done.stdout.strip().splitlines()[-1].startswith("=")
    assert "1 passed" in done.stdout.strip().splitlines()[-1]


def test_a_red_test_is_an_exit_code(project: Project) -> None:
    (project.path / "test_it.py").write_text("def test_it(): assert False\n")

    done = project.run("test", "-q", "-p", "no:django", "test_it.py", **ELSEWHERE)

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("1 failed")


def test_a_signal_reaches_pytest_and_the_servers_go_with_it(project: Project) -> None:
    (project.path / "test_it.py").write_text(
        "import time\ndef test_it():\n    open('waiting', 'w').close()\n    time.sleep(99)\n"
    )
    started = project.start("test", "-q", "-p", "no:django", "test_it.py")
    until((project.path / "waiting").exists)
    family = descendants(started.process.pid)

    started.send(signal.SIGINT)

    assert started.ended() == 2  # pytest's own code for «interrupted»
    assert "KeyboardInterrupt" in started.output
    assert len(family) > 3
    assert not [pid for pid in family if is_alive(pid)]
