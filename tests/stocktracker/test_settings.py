import subprocess
import sys

import pytest

from tests.processes import ROOT, environment


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("MARKET", "simulatde", "MARKET is 'simulatde'; it must be live or simulated."),
        ("SECRET_KEY", "", "SECRET_KEY is not set."),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(variable: str, value: str, sentence: str) -> None:
    command = [sys.executable, "manage.py", "check"]

    start = subprocess.run(
        command, cwd=ROOT, env=environment(**{variable: value}), capture_output=True, text=True, check=False
    )

    assert start.returncode == 1
    assert sentence in start.stderr
    assert "Traceback" not in start.stderr
