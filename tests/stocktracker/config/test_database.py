from dataclasses import replace
from typing import Any

import pytest

from stocktracker.config.database import Database, database, unreachable
from stocktracker.config.findings import Level
from stocktracker.config.processes import Sizes

FINE = Database(version=170004, pooled=False, pending=[], market="live", limit=97, taken=0, ahead=0.2)
SIZES = Sizes(2, 4, 3)


def test_a_database_as_it_should_be_is_all_right() -> None:
    assert {one.level for one in database(FINE, "live", SIZES)} == {Level.OK}


@pytest.mark.parametrize(
    ("changes", "level", "sentence"),
    [
        ({"version": 130010}, Level.ERROR, "PostgreSQL 13; 14 or newer"),
        ({"pooled": True}, Level.ERROR, "a pooler in transaction mode is in between"),
        ({"pending": ["jobs.0002_x", "pricing.0003_y"]}, Level.ERROR, "2 are missing (jobs.0002_x, pricing.0003_y"),
        ({"market": "simulated"}, Level.ERROR, "holds simulated prices, and MARKET is live"),
        ({"market": None}, Level.WARNING, "nobody's yet"),
        ({"limit": 10}, Level.WARNING, "10 of 10 are free"),
        ({"ahead": -30}, Level.WARNING, "30 seconds behind ours"),
    ],
)
def test_what_is_wrong_is_one_sentence(changes: dict[str, Any], level: Level, sentence: str) -> None:
    found = [one for one in database(replace(FINE, **changes), "live", SIZES) if one.level is not Level.OK]

    assert [one.level for one in found] == [level]
    assert sentence in found[0].text


def test_a_pooler_that_refuses_our_session_is_recognised() -> None:
    assert "pooler in session mode" in unreachable("FATAL: unsupported startup parameter: options").text
    assert unreachable("connection refused\nIs the server running?").text.endswith("refused Is the server running?")
