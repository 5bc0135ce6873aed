import json
import subprocess
import sys

import pytest

from tests.processes import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = {"SECRET_KEY": "2Fq0w9rX5v7mB1nH6tY4uP3sD8kJ0lZaQeWcRgTbNyUiMoKhVfXjLpSd", "MARKET": "simulated"}


def checkconfig(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "checkconfig", *arguments]
    env = environment(**GOOD | changes)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_a_good_configuration_is_lines_that_say_so() -> None:
    done = checkconfig()

    assert done.returncode == 0, done.stdout
    assert "ok       SECRET_KEY: long and random enough." in done.stdout.splitlines()


def test_an_error_is_an_exit_status_and_json_is_for_programs() -> None:
    done = checkconfig("--json", SECRET_KEY="short", DEBUG="1", ALLOWED_HOSTS="*", CSRF_TRUSTED_ORIGINS="example.org")

    errors = {one["about"] for one in json.loads(done.stdout) if one["level"] == "error"}
    assert done.returncode == 1
    assert errors == {"SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"}


def test_a_database_that_is_away_is_a_sentence() -> None:
    done = checkconfig(DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

    assert done.returncode == 1
    assert "error    DATABASE_URL: PostgreSQL cannot be reached" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_number_that_is_none_is_a_sentence() -> None:
    done = checkconfig(UPSTREAM_PER_HOUR="abc")

    assert done.returncode == 1
    assert done.stderr.startswith("UPSTREAM_PER_HOUR is 'abc'; it must be a whole number")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "postgres://u:s3cr3t/x@127.0.0.1/x"),
        ("DATABASE_URL", "postgres://u:s3cr3t@127.0.0.1:1/x"),
        ("REDIS_URL", "redis://:s3cr3t/x@127.0.0.1/0"),
        ("REDIS_URL", "redis://:s3cr3t@127.0.0.1:1/0"),
        ("SENTRY_DSN", "https://s3cr3t@example.org/name"),
        ("ALARM_WEBHOOK", "https:///s3cr3t"),
    ],
)
def test_no_secret_is_ever_said(variable: str, value: str) -> None:
    done = checkconfig("--json", **{variable: value})

    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert variable in told
    assert "s3cr3t" not in told
    assert "Traceback" not in told
