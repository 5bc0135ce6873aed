"""Other processes of the product on the database of the running test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def environment(**changes: str) -> dict[str, str]:
    """This process's, with the test's database and with `changes`."""
    address = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(address._replace(path=f"/{connection.settings_dict['NAME']}"))
    # urlunsplit drops the empty host's slashes; the scheme needs them
    database = database.replace(f"{address.scheme}:/", f"{address.scheme}://", 1) if "://" not in database else database
    binaries = str(Path(sys.executable).parent)
    return os.environ | {"DATABASE_URL": database, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"} | changes


def run_python(program: str, **changes: str) -> str:
    """What a program prints that runs inside the product."""
    lines = f"import django; django.setup()\n{program}"
    answer = subprocess.run(
        [sys.executable, "-c", lines],
        cwd=ROOT,
        env=environment(DJANGO_SETTINGS_MODULE="stocktracker.settings", **changes),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()
