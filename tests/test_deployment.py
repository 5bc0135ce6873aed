"""Dockerfile, compose.yaml and app.json say the same as the Procfile, .env.example, pyproject and the code."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from stocktracker.config.names import KNOWN
from stocktracker.embedded.procfile import Procfile

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
OURS = ("release", "web", "worker", "beat")
ONLY_COMPOSE = {"POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB"}


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name}\s+(.*)$", DOCKERFILE, re.MULTILINE)


def commands() -> dict[str, str]:
    return Procfile.read(ROOT / "Procfile").commands


@pytest.fixture
def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return told


def test_the_image_runs_the_procfiles_web_line_and_signals_reach_it() -> None:
    assert json.loads(instructions("CMD")[-1]) == ["sh", "-c", f"exec {commands()['web']}"]
    assert instructions("STOPSIGNAL") == ["SIGTERM"]


def test_every_service_of_ours_runs_its_line_of_the_procfile(compose: dict[str, Any]) -> None:
    lines = {name: compose["services"][name]["command"] for name in OURS}

    assert set(commands()) == set(OURS)
    assert lines == {name: ["sh", "-c", f"exec {commands()[name]}".replace("$", "$$")] for name in OURS}


def test_the_images_python_is_one_the_product_is_for() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    images = {line.split()[0] for line in instructions("FROM")}

    assert images == {"python:3.12-slim"}
    assert wanted == ">=3.11"
    assert (ROOT / "runtime.txt").read_text().strip() == "python-3.12"


def test_the_image_installs_what_is_locked_and_nothing_else() -> None:
    installs = [line for line in instructions("RUN") if "pip install" in line]

    assert len(installs) == 1
    assert "--require-hashes --only-binary :all: -r /app/requirements.txt" in installs[0]
    assert any("manage.py collectstatic --noinput" in line for line in instructions("RUN"))


def test_nobody_in_the_image_is_root_or_can_change_the_code() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]

    assert instructions("USER") == ["10001"]
    assert "--uid 10001" in DOCKERFILE
    assert "--chown" not in last


def test_the_health_check_asks_what_the_product_answers() -> None:
    check = instructions("HEALTHCHECK")[0]

    assert "/healthz" in check
    assert "'PORT', '8000'" in check
    assert "${PORT:-8000}" in commands()["web"]
    assert instructions("EXPOSE") == ["8000"]
    compile(json.loads(check[check.index("[") :])[2], "health check", "exec")


def test_an_image_holds_neither_secrets_nor_tests() -> None:
    ignored = set((ROOT / ".dockerignore").read_text().split())

    assert {".env", "var", ".git", ".venv", "tests"} <= ignored
    assert {"Procfile", "manage.py", "stocktracker"}.isdisjoint(ignored)


def test_our_services_cannot_write_or_rise_and_have_time_to_end(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["stop_grace_period"] == "30s"
    assert [name for name, one in compose["services"].items() if "ports" in one] == ["web"]
    assert compose["services"]["web"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]


def test_everything_waits_for_what_it_needs(compose: dict[str, Any]) -> None:
    services = compose["services"]

    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["release"] == {"condition": "service_completed_successfully"}
    assert {name: one["condition"] for name, one in services["release"]["depends_on"].items()} == {
        "postgres": "service_healthy", "redis": "service_healthy",
    }  # fmt: skip
    assert all("healthcheck" in services[name] for name in ("worker", "beat", "postgres", "redis"))
    assert set(compose["volumes"]) == {"postgres", "redis"}


def test_redis_throws_nothing_away(compose: dict[str, Any]) -> None:
    command = shlex.join(compose["services"]["redis"]["command"])

    assert "--maxmemory-policy noeviction" in command
    assert "--appendonly yes" in command


def test_every_variable_that_is_set_is_one_the_product_reads(compose: dict[str, Any]) -> None:
    composed = {name for one in compose["services"].values() for name in one.get("environment", {})}
    platform = json.loads((ROOT / "app.json").read_text())

    assert composed - ONLY_COMPOSE <= set(KNOWN)
    assert set(platform["env"]) <= set(KNOWN)
    assert platform["env"]["SECRET_KEY"]["generator"] == "secret"
    assert set(platform["formation"]) == set(commands()) - {"release"}
    assert {one.partition(":")[0] for one in platform["addons"]} == {"heroku-postgresql", "heroku-redis"}
    assert "scripts" not in platform  # the release line does it
