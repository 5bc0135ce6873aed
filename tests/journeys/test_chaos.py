"""The short form of the chaos suite: every fault once, on servers and processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from stocktracker.chaos.faults import FAULTS
from tests.processes import ROOT

pytestmark = pytest.mark.journey

SHORT = [fault.name for fault in FAULTS if fault.short_seconds is not None]
LIMIT = 120.0  # seconds on a busy machine; other faults strike meanwhile (alone, each takes less than 30)
WITHOUT_REDIS = ("flushall", "redis-emptied", "redis-hung", "redis-stopped")


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Any]:
    """By fault; what was said on the way is printed: pytest shows it where a test fails."""
    command = [sys.executable, "manage.py", "chaos", "--short", "--json"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    print(ran.stderr)
    return {row["fault"]: row for row in json.loads(ran.stdout)["outcomes"]}


@pytest.mark.parametrize("name", SHORT)
def test_nothing_is_lost_nothing_is_doubled_and_all_of_it_recovers(outcomes: dict[str, Any], name: str) -> None:
    outcome = outcomes[name]

    print(outcome)
    assert (outcome["ours"]["lost"], outcome["ours"]["doubled"]) == (0, 0)
    assert outcome["ours"]["asked"] >= 3
    assert outcome["answered_after"] < LIMIT
    assert outcome["recovered_after"] < LIMIT


@pytest.mark.parametrize("name", WITHOUT_REDIS)
def test_without_redis_every_page_answers(outcomes: dict[str, Any], name: str) -> None:
    pages = outcomes[name]["pages"]

    assert (pages["failed"], pages["failures"]) == (0, [])
    assert pages["answered"] > 0
