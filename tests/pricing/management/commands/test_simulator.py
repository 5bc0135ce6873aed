"""`manage.py simulator`: the simulated market alone."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from pricing.management.commands.simulator import summary_text
from pricing.upstream.yahoo import Yahoo

ROOT = Path(__file__).resolve().parents[4]
NOWHERE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}


def test_it_says_how_to_use_it_needs_no_database_and_tells_in_the_end_what_was_asked(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "simulator", "--directory", str(tmp_path), "--at", "2026-11-20T15:30"],
        cwd=ROOT, env={**os.environ, **NOWHERE, "SECRET_KEY": "of a test"}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    settings = dict(process.stdout.readline().strip().split("=", 1) for _ in range(2))

    yahoo = Yahoo(proxy=settings["YAHOO_PROXY"], ca_bundle=settings["YAHOO_CA_BUNDLE"])
    rows = [yahoo.quotes(["AAPL"]).rows["AAPL"] for _ in range(2)]
    process.send_signal(signal.SIGINT)

    said, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Requests by kind: 1 cookie, 1 crumb, 2 quote" in said
    assert rows[0].at.isoformat()[:16] == "2026-11-20T15:30"


def test_whoever_was_not_asked_says_so() -> None:
    assert summary_text({}).strip() == "Requests by kind: none"
