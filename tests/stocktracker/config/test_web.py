import pytest

from stocktracker.config.findings import Level
from stocktracker.config.web import debug, encryption, hosts, origins, secret_key

GOOD = "2Fq0w9rX5v7mB1nH6tY4uP3sD8kJ0lZaQeWcRgTbNyUiMoKhVfXjLpSd"


@pytest.mark.parametrize("key", ["x", "secret", "a" * 60, "django-insecure-" + GOOD])
def test_a_key_that_can_be_guessed_is_an_error(key: str) -> None:
    assert secret_key(key).level is Level.ERROR
    assert "secrets.token_urlsafe" in secret_key(key).text


def test_a_long_random_key_is_right() -> None:
    assert secret_key(GOOD).level is Level.OK


def test_debugging_is_for_nobody_elses_eyes() -> None:
    assert (debug(on=True).level, debug(on=False).level) == (Level.ERROR, Level.OK)


@pytest.mark.parametrize(
    ("allowed", "https", "level"),
    [
        (["tracker.example.org"], True, Level.OK),
        (["localhost", "127.0.0.1"], False, Level.OK),
        (["localhost", "127.0.0.1"], True, Level.ERROR),
        (["*"], False, Level.ERROR),
        (["https://tracker.example.org"], True, Level.ERROR),
    ],
)
def test_hosts_are_bare_names_and_not_everybodys(allowed: list[str], https: bool, level: Level) -> None:
    assert hosts(allowed, https=https).level is level


@pytest.mark.parametrize(
    ("trusted", "level"),
    [
        ([], Level.OK),
        (["https://tracker.example.org"], Level.OK),
        (["https://a.example.net"], Level.OK),
        (["tracker.example.org"], Level.ERROR),
        (["http://tracker.example.org"], Level.WARNING),
        (["https://other.example.org"], Level.WARNING),
    ],
)
def test_origins_have_a_scheme_and_are_hosts_of_ours(trusted: list[str], level: Level) -> None:
    assert origins(trusted, ["tracker.example.org", ".example.net"], https=True).level is level


def test_a_public_name_without_https_is_warned_of() -> None:
    assert encryption(["tracker.example.org"], https=False).level is Level.WARNING
    assert encryption(["tracker.example.org"], https=True).level is Level.OK
    assert encryption(["localhost"], https=False).level is Level.OK
