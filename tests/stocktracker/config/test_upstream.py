from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stocktracker.config.findings import Level
from stocktracker.config.upstream import Pace, certificates, pace

USUAL = Pace("live", timeout=10, per_second=1, burst=5, per_hour=300, per_day=2000, at_once=2, worker=3)


def test_the_defaults_fit_together() -> None:
    assert [one.level for one in pace(USUAL)] == [Level.OK]


@pytest.mark.parametrize(
    ("changes", "about", "level"),
    [
        ({"per_hour": 0}, "UPSTREAM_PER_HOUR", Level.ERROR),
        ({"timeout": 0}, "UPSTREAM_TIMEOUT", Level.ERROR),
        ({"per_day": 10_000}, "UPSTREAM_PER_DAY", Level.WARNING),
        ({"per_second": 20}, "UPSTREAM_PER_SECOND", Level.WARNING),
        ({"timeout": 120}, "UPSTREAM_TIMEOUT", Level.WARNING),
        ({"at_once": 3}, "UPSTREAM_AT_ONCE", Level.WARNING),
    ],
)
def test_numbers_that_contradict_each_other_are_named(changes: dict[str, Any], about: str, level: Level) -> None:
    found = pace(replace(USUAL, **changes))

    assert [(one.about, one.level) for one in found] == [(about, level)]


def test_the_simulated_market_bears_any_pace() -> None:
    assert [one.level for one in pace(replace(USUAL, market="simulated", per_second=20))] == [Level.OK]


def test_an_authority_is_a_file_that_is_there(tmp_path: Path) -> None:
    missing = certificates(str(tmp_path / "ca.pem"))
    (tmp_path / "ca.pem").touch()
    there = certificates(str(tmp_path / "ca.pem"))

    assert missing is not None
    assert there is not None
    assert (missing.level, there.level) == (Level.ERROR, Level.OK)
    assert certificates("") is None


def test_a_path_no_file_can_have_is_no_file() -> None:
    found = certificates("x" * 5000)

    assert found is not None
    assert found.level is Level.ERROR
    assert len(found.text) < 300
