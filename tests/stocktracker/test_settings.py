import os
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
        ("UPSTREAM_PER_HOUR", "abc", "UPSTREAM_PER_HOUR is 'abc'; it must be a whole number, like 20000."),
        ("ALARM_WEBHOOK", "file:///etc/passwd", "ALARM_WEBHOOK must be an address that begins with https:// or"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'loud'; it must be DEBUG or INFO or"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is 'xml'; it must be line or json."),
        ("TIME_ZONE", "Atlantis", "TIME_ZONE is 'Atlantis'; it must be a time zone, like America/New_York."),
        ("METRICS_FROM", "::1,home", "METRICS_FROM has 'home'; it must be addresses and networks"),
        ("SENTRY_DSN", "https://sentry.example.org/4", "SENTRY_DSN must be what Sentry shows as DSN"),
        ("HTTPS", "maybe", "HTTPS is 'maybe'; it must be 1 or 0."),
        ("UPSTREAM_TIMEOUT", "ten", "UPSTREAM_TIMEOUT is 'ten'; it must be a number, like 10."),
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


DOCUMENTED = {  # of a deployment behind a proxy that speaks https, as docs/operations.md has it
    "SECRET_KEY": "2Fq0w9rX5v7mB1nH6tY4uP3sD8kJ0lZaQeWcRgTbNyUiMoKhVfXjLpSd",
    "HTTPS": "1",
    "ALLOWED_HOSTS": "tracker.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://tracker.example.org",
}


@pytest.mark.django_db
def test_djangos_own_check_finds_nothing_with_the_documented_environment() -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    env = environment(**DOCUMENTED)
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # of journeys, which may have run before

    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("url", "changes", "sslmode"),
    [
        ("postgres://u:p@host:5432/name?sslmode=verify-full", {}, "verify-full"),
        ("postgres://u:p@host:5432/name?sslmode=verify-full", {"DATABASE_SSL_REQUIRE": "1"}, "verify-full"),
        ("postgres://u:p@host:5432/name", {"DATABASE_SSL_REQUIRE": "1"}, "require"),
        ("postgres://u:p@host:5432/name", {}, "None"),
    ],
)
def test_a_platforms_address_of_the_database_says_how_to_encrypt(
    url: str, changes: dict[str, str], sslmode: str
) -> None:
    program = "from stocktracker.settings import DATABASES; print(DATABASES['default']['OPTIONS'].get('sslmode'))"
    env = os.environ | {"DATABASE_URL": url} | changes

    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == sslmode


def test_a_health_check_from_inside_is_answered_whatever_the_public_name_is() -> None:
    program = "from stocktracker.settings import ALLOWED_HOSTS; print(ALLOWED_HOSTS)"
    env = os.environ | {"ALLOWED_HOSTS": "tracker.example.org, localhost"}

    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "['tracker.example.org', 'localhost', '127.0.0.1', '[::1]']"
