import io
from pathlib import Path

import pytest

from stocktracker.embedded.log import ROTATE_ABOVE, TAIL_LINES, Log, alarming, rotate


def test_it_keeps_every_line_and_remembers_the_last(tmp_path: Path) -> None:
    log = Log(tmp_path / "web.log")

    log.follow(io.StringIO("".join(f"line {n}\n" for n in range(100))))

    assert log.tail().splitlines()[1:] == [f"    line {n}" for n in range(100 - TAIL_LINES, 100)]
    assert (tmp_path / "web.log").read_text().count("\n") == 100


def test_a_new_child_does_not_inherit_the_last_lines_of_the_old_one(tmp_path: Path) -> None:
    log = Log(tmp_path / "web.log")
    log.follow(io.StringIO("old\n"))
    log.tail()

    log.follow(io.StringIO("new\n"))

    assert log.tail() == "\n    new"
    assert (tmp_path / "web.log").read_text() == "old\nnew\n"


def test_alarming_lines_reach_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(tmp_path / "worker.log", shows=alarming)

    log.follow(io.StringIO("[INFO/MainProcess] fine\n[ERROR/MainProcess] broken\n"))
    log.tail()

    assert capsys.readouterr().out == "worker    | [ERROR/MainProcess] broken\n"


@pytest.mark.parametrize(
    "line", ["0 errors", "ErrorPage loaded", "SecurityWarning: root", "[WARNING] set net.ipv4.tcp_migrate_req=1"]
)
def test_a_word_that_only_looks_alarming_is_not(line: str) -> None:
    assert not alarming(line)


def test_a_long_file_is_put_aside_over_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    (tmp_path / "web.log.1").write_text("older")
    path.write_bytes(b"x" * (ROTATE_ABOVE + 1))

    rotate(path)

    assert not path.exists()
    assert (tmp_path / "web.log.1").stat().st_size == ROTATE_ABOVE + 1


def test_a_short_file_stays(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("short")

    rotate(tmp_path / "web.log")

    assert (tmp_path / "web.log").read_text() == "short"
