from pathlib import Path

import pytest

from stocktracker.embedded import programs
from stocktracker.embedded.programs import bundled_in, postgres_programs, redis_program
from stocktracker.embedded.terminal import SetupError


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No packages with servers, and an empty PATH; the folder on PATH."""
    monkeypatch.setattr(programs, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def executable(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.usefixtures("nothing_installed")
def test_without_a_redis_one_sentence_says_how_to_get_one() -> None:
    with pytest.raises(SetupError, match=r"Redis is missing: apt install redis-server .* or set REDIS_URL"):
        redis_program()


@pytest.mark.usefixtures("nothing_installed")
def test_without_a_postgres_one_sentence_says_how_to_get_one() -> None:
    with pytest.raises(SetupError, match=r"PostgreSQL is missing: .* or set DATABASE_URL"):
        postgres_programs()


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_a_redis_on_the_path_will_do(nothing_installed: Path, name: str) -> None:
    program = executable(nothing_installed / name)

    assert redis_program() == program


def test_a_postgres_on_the_path_needs_its_initdb_beside_it(nothing_installed: Path) -> None:
    executable(nothing_installed / "postgres")
    with pytest.raises(SetupError):
        postgres_programs()

    executable(nothing_installed / "initdb")

    assert postgres_programs() == nothing_installed.resolve()


def test_programs_that_came_with_a_package_are_found() -> None:
    assert bundled_in("pytest", "__init__.py")
    assert bundled_in("pytest", "bin/no-such-program") is None
    assert bundled_in("no_such_package", "program") is None
