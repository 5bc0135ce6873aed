"""The load test itself, on servers of its own, with two readers and two seconds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stocktracker.perf.load.plan import MIX
from tests.processes import ROOT

pytestmark = [pytest.mark.journey, pytest.mark.perf]  # it measures, on servers of its own: a minute


def test_two_readers_meet_the_real_server_while_a_real_worker_brings_prices(tmp_path: Path) -> None:
    into = tmp_path / "run.json"
    command = [sys.executable, "-W", "ignore", "manage.py", "perf", "--only=load", "--json"]

    run = subprocess.run(
        [*command, "--seconds=2", "--clients", "2", "--holdings=10", f"--into={into}"],
        cwd=ROOT,
        env={**os.environ, "CHAOS_FOLDER": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert json.loads(run.stdout) == json.loads(into.read_text())
    lines = {row["name"]: row for row in json.loads(into.read_text())["rows"]}
    everything, dashboard = lines["all pages, 2 clients"], lines["dashboard, 2 clients"]
    assert {row["row"] for row in lines.values()} == {"load"}
    assert {name.partition(",")[0] for name in lines} - set(MIX) == {
        "all pages", "requests to the source a page", "prices found here", "errors", "memory in the end"
    }  # fmt: skip
    assert 0 < dashboard["limit_ratio"] <= dashboard["tail_ratio"]
    assert everything["median_ms"] > 0
    assert lines["errors, 2 clients"]["met"], lines["errors, 2 clients"]["note"]
    assert lines["requests to the source a page, 2 clients"]["requests"] == 0
    assert lines["prices found here, 2 clients"]["met"], lines["prices found here, 2 clients"]["note"]
    assert "web" in lines["memory in the end, 2 clients"]["note"]
