import subprocess
import sys

import pytest

from stocktracker.embedded.terminal import Stopwatch, complain, say


def test_lines_go_where_they_belong(capsys: pytest.CaptureFixture[str]) -> None:
    say("ready")
    complain("broken")

    assert capsys.readouterr() == ("ready\n", "broken\n")


def test_a_stopwatch_says_when(capsys: pytest.CaptureFixture[str]) -> None:
    Stopwatch().say("Redis ready")

    assert capsys.readouterr().out == "   0.0 s  Redis ready\n"


def test_when_nobody_reads_any_more_nothing_is_raised_and_the_exit_code_is_clean() -> None:
    code = "import sys; from stocktracker.embedded.terminal import say; sys.stdin.read(); [say('x') for _ in 'abc']"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr

        process.stdout.close()
        process.stdin.close()

        assert process.wait(10) == 0
        assert process.stderr.read() == b""
