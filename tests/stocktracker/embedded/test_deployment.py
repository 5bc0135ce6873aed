"""`run`: real servers, real signals, and a tiny project instead of the product."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from stocktracker.embedded.address import Address
from tests.stocktracker.embedded.fake_project import Project, Started, descendants, is_alive, until

Bare = Callable[..., Started]


def test_one_command_brings_everything_up_and_ctrl_c_takes_everything_down(project: Project) -> None:
    started = project.start("run").announced()
    family = descendants(started.process.pid)
    commands = project.commands

    started.send(signal.SIGINT)

    assert started.ended() == 0
    assert commands == ["release", "demo"]
    assert f"http://127.0.0.1:{project.port}" in started.output
    assert "Demo login: demo / demo" in started.output
    assert "Everything has stopped" in started.output
    assert len(family) > 8  # six children, and PostgreSQL's own
    assert not [pid for pid in family if is_alive(pid)]
    assert not project.folder.up.exists()


def test_a_second_start_is_refused_and_told_where_the_first_is(bare: Bare, project: Project) -> None:
    first = bare().announced()

    second = project.run("run", "--live")

    assert second.returncode == 1
    assert second.stderr == (
        f"MyStockTracker is already running here (process {first.process.pid}) at http://127.0.0.1:{project.port}; "
        f"stop it with Ctrl-C in its window, or kill {first.process.pid}.\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_polite_signal_stops_everything(bare: Bare, number: signal.Signals) -> None:
    started = bare().announced()
    family = descendants(started.process.pid)

    started.send(number)

    assert started.ended() == 0
    assert not [pid for pid in family if is_alive(pid)]


def test_a_closed_terminal_stops_everything_although_nobody_reads_any_more(project: Project) -> None:
    project.market = "live"
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "stocktracker.embedded", "run", "--live"],
        cwd=project.path,
        env=project.environment(DATABASE_URL="postgres://elsewhere/db", REDIS_URL="redis://elsewhere"),
        start_new_session=True,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    until(Address("127.0.0.1", project.port).is_healthy)
    family = descendants(process.pid)

    os.close(ours)
    process.send_signal(signal.SIGHUP)

    assert process.wait(20) == 0
    assert not [pid for pid in family if is_alive(pid)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent was killed")
def test_kill_9_of_the_supervisor_ends_everything_and_the_next_start_keeps_the_data(project: Project) -> None:
    first = project.start("run").announced()
    family = descendants(first.process.pid)
    made_at = (project.folder.path / "postgres" / "PG_VERSION").stat().st_mtime_ns

    first.send(signal.SIGKILL)
    until(lambda: not [pid for pid in family if is_alive(pid)])
    stale = project.folder.up.exists()
    second = project.start("run").announced()
    second.send(signal.SIGTERM)

    assert stale
    assert second.ended() == 0
    assert (project.folder.path / "postgres" / "PG_VERSION").stat().st_mtime_ns == made_at


def test_the_next_start_ends_what_outlived_a_killed_supervisor(bare: Bare, project: Project) -> None:
    family = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(99)'])"
    (project.path / "Procfile").write_text(f'web: python web.py\nworker: python -c "{family}"\n')
    first = bare().announced()
    until(lambda: descendants(first.child("worker")))
    orphans = descendants(first.child("worker"))  # no kernel tells them: only their parent is our child
    first.send(signal.SIGKILL)
    first.ended()
    assert all(is_alive(pid) for pid in orphans)

    bare().announced()

    assert not any(is_alive(pid) for pid in orphans)


def test_a_crashed_child_comes_back_and_its_last_lines_are_shown(bare: Bare) -> None:
    started = bare().announced()
    killed = started.child("worker")

    os.kill(killed, signal.SIGKILL)
    until(lambda: started.child("worker") != killed)

    assert is_alive(started.child("worker"))
    assert "worker ended (exit code -9) and starts again in 1 s" in started.output
    assert "    worker works" in started.output


@pytest.mark.parametrize("name", ["postgres", "redis", "market"])
def test_a_killed_server_comes_back_at_the_same_address(project: Project, name: str) -> None:
    started = project.start("run").announced()
    told = project.folder.up.read_text()
    killed = started.child(name)

    os.kill(killed, signal.SIGKILL)
    until(lambda: started.child(name) != killed)

    assert f"{name} ended (exit code -9) and starts again now" in started.output
    assert project.folder.up.read_text() == told
    assert project.run("manage", "environment").returncode == 0


def pressed_again(started: Started) -> bool:
    """Press Ctrl-C; whether everything has ended. (Two at the same moment count as one.)"""
    started.send(signal.SIGINT)
    return started.process.poll() is not None


def test_a_second_ctrl_c_kills_at_once(bare: Bare, project: Project) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(99)"
    )
    (project.path / "Procfile").write_text(f'web: python web.py\nworker: python -c "{deaf}"\n')
    started = bare().announced()
    until(lambda: "deaf" in (project.folder.logs / "worker.log").read_text())
    worker = started.child("worker")
    started.send(signal.SIGINT)
    until(lambda: "Stopping" in started.output)

    until(lambda: pressed_again(started))

    assert "worker was killed" in started.output
    assert not is_alive(worker)


def test_a_taken_port_is_named_before_anything_starts(bare: Bare, project: Project) -> None:
    bare().announced()

    other = project.run("run", STOCKTRACKER_HOME=str(project.path / "other"))

    assert other.returncode == 1
    assert (
        other.stderr
        == f"Port {project.port} is taken by another program; choose another: PORT={project.port + 1} bin/run\n"
    )
    assert not (project.path / "other" / "simulated" / "logs").exists()


def test_a_failing_release_stops_the_start_and_shows_its_lines(bare: Bare, project: Project) -> None:
    (project.path / "Procfile").write_text("release: echo no such table; exit 3\nweb: python web.py\n")

    started = bare()

    assert started.ended() == 1
    assert "The release step failed: exit code 3" in started.output
    assert "    no such table" in started.output


def test_alarming_lines_are_shown_and_the_rest_is_only_logged(bare: Bare, project: Project) -> None:
    (project.path / "Procfile").write_text('web: sh -c "echo quiet; echo WARNING: loud; exec python web.py"\n')

    started = bare().announced()

    assert "web       | WARNING: loud" in started.output
    assert "quiet" not in started.output
    assert (project.folder.logs / "web.log").read_text().startswith("quiet\nWARNING: loud\n")


def test_debug_does_not_reach_the_children_and_the_key_is_the_same_at_every_start(bare: Bare, project: Project) -> None:
    (project.path / "Procfile").write_text("release: env > environment.txt\nweb: python web.py\n")

    told = []
    for _ in range(2):
        started = bare(DEBUG="1").announced()
        told.append(set((project.path / "environment.txt").read_text().splitlines()))
        started.send(signal.SIGTERM)
        started.ended()

    assert [line for line in told[0] & told[1] if line.startswith("SECRET_KEY=")]
    assert "MARKET=live" in told[0]
    assert "DEBUG=1" not in told[0]
