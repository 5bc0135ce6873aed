"""A folder, a tiny project in it, and a way to start it without servers."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stocktracker.embedded.log import Log
from tests.stocktracker.embedded.fake_project import Project, Started


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder every user may walk through, unlike tmp_path: as root, PostgreSQL runs as another user."""
    path = Path(tempfile.mkdtemp(prefix="stocktracker test ")).resolve()
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def project(open_folder: Path) -> Iterator[Project]:
    project = Project(open_folder)
    yield project
    project.stop_everything()
    if project.folder.path.exists():
        shutil.rmtree(project.folder.sockets(), ignore_errors=True)


@pytest.fixture
def bare(project: Project) -> Callable[..., Started]:
    """Start the project live with servers that exist elsewhere: nothing but the Procfile's processes, at once."""
    urls = {"DATABASE_URL": "postgres://elsewhere/db", "REDIS_URL": "redis://elsewhere"}

    def start(**env: str) -> Started:
        project.market = "live"
        return project.start("run", "--live", **urls, **env)

    return start


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "child.log")
