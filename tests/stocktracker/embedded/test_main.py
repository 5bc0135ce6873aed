from pathlib import Path

import pytest

from stocktracker.embedded.__main__ import main


@pytest.mark.parametrize("arguments", [[], ["fly"], ["run", "--fast"]])
def test_a_wrong_word_shows_what_there_is(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments, tmp_path)

    assert code == 2
    assert "bin/manage [--live] COMMAND" in capsys.readouterr().err


def test_help_is_not_an_error(tmp_path: Path) -> None:
    assert main(["run", "--help"], tmp_path) == 0


def test_what_the_user_can_mend_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOCKTRACKER_HOME", str(tmp_path))
    monkeypatch.setenv("PORT", "nonsense")

    code = main(["run"], tmp_path)

    assert code == 1
    assert capsys.readouterr().err == "PORT is «nonsense»: give a number from 1 to 65535.\n"
