import json
import subprocess
import sys

import pytest

from tests.processes import ROOT

pytestmark = [pytest.mark.journey, pytest.mark.perf]  # it measures, on servers of its own: a minute


def test_an_evening_of_a_few_portfolios_by_a_real_worker_on_servers_of_its_own() -> None:
    command = [sys.executable, "-W", "ignore", "manage.py", "scale", "--portfolios=4", "--workers", "1", "--json"]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)

    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    (evening,) = told["evenings"]
    assert (evening["workers"], evening["portfolios"], evening["done"]) == (1, 4, 4)
    assert 0 < evening["p50_ms"] <= evening["p95_ms"]
    assert evening["seconds"] >= evening["portfolios"] / evening["per_second"] * 0.5
    assert told["bytes"]["snapshot"] > 1000
