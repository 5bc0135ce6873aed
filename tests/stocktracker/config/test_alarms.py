from dataclasses import replace
from typing import Any

import pytest

from stocktracker.config.alarms import RANGES, Told, alarms
from stocktracker.config.findings import Level

USUAL = Told(
    token="", webhook="", addresses=[], mail_server="", slow={"SLOW_REQUEST_SECONDS": 1.0},
    limits={"page_seconds": 5, "asked": 0, "hit_rate": 0.9, "error_rate": 0.02, "breaker_minutes": 15, "budget": 0.8,
            "after_close_minutes": 60},
)  # fmt: skip


def wrong(told: Told) -> list[tuple[Level, str]]:
    return [(one.level, one.about) for one in alarms(told) if one.level is not Level.OK]


def test_the_defaults_are_all_right() -> None:
    assert wrong(USUAL) == []


@pytest.mark.parametrize("name", RANGES)
def test_a_limit_that_can_never_or_always_be_reached_is_an_error(name: str) -> None:
    variable, _, most = RANGES[name]

    assert wrong(replace(USUAL, limits={**USUAL.limits, name: -0.1})) == [(Level.ERROR, variable)]
    assert wrong(replace(USUAL, limits={**USUAL.limits, name: most * 1.01})) == [(Level.ERROR, variable)]


@pytest.mark.parametrize(
    ("change", "level", "about"),
    [
        ({"token": "secret"}, Level.WARNING, "METRICS_TOKEN"),
        ({"webhook": "http://hooks.example.org/s3cr3t"}, Level.WARNING, "ALARM_WEBHOOK"),
        ({"webhook": "http://203.0.114.7/s3cr3t"}, Level.WARNING, "ALARM_WEBHOOK"),
        ({"addresses": ["ada@example.org"]}, Level.WARNING, "ALARM_EMAILS"),
        ({"addresses": ["ada"], "mail_server": "mail"}, Level.ERROR, "ALARM_EMAILS"),
        ({"slow": {"SLOW_REQUEST_SECONDS": -1.0}}, Level.ERROR, "SLOW_REQUEST_SECONDS"),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_is_said(change: dict[str, Any], level: Level, about: str) -> None:
    told = replace(USUAL, **change)

    assert wrong(told) == [(level, about)]
    assert not any("s3cr3t" in one.text or "secret" in one.text for one in alarms(told))


@pytest.mark.parametrize(
    "change",
    [
        {"webhook": "https://hooks.example.org/s3cr3t"},
        {"webhook": "http://gotify:8080/s3cr3t"},
        {"webhook": "http://192.168.1.4/s3cr3t"},
        {"token": "x" * 20},
        {"addresses": ["ada@example.org"], "mail_server": "mail"},
    ],
)
def test_what_is_right_is_all_right(change: dict[str, Any]) -> None:
    assert wrong(replace(USUAL, **change)) == []
