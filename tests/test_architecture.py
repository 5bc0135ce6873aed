"""The house keeps its own rules: sizes, docstrings, a test twin for every module, and a light web process."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("stocktracker", "pricing", "portfolios", "charts")
FILE_LINES, FUNCTION_LINES, NESTING = 300, 50, 3
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)
# Wiring without a decision of its own: what it wires is tested where it lives, and by the journeys.
WITHOUT_TWIN = {"stocktracker/settings.py", "stocktracker/wsgi.py", "stocktracker/celery.py"}
HEAVY = {"pandas", "numpy", "yfinance", "exchange_calendars", "curl_cffi", "pyxirr"}
NAMES_WITHOUT_MEANING = {"utils", "helpers", "common", "core", "base", "manager"}


def modules() -> list[str]:
    """Every module of ours, as a path from the root; migrations are Django's."""
    found = (path.relative_to(ROOT) for app in APPS for path in (ROOT / app).rglob("*.py"))
    return sorted(str(path) for path in found if "migrations" not in path.parts)


def with_twin() -> list[str]:
    """Those that do something: not packages, app declarations or lists of addresses."""
    return [m for m in modules() if Path(m).name not in {"__init__.py", "apps.py", "urls.py"} and m not in WITHOUT_TWIN]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def depth(node: ast.AST) -> int:
    """How many blocks stand inside one another; an elif is no deeper than its if."""
    inner = 0
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.FunctionDef | ast.ClassDef):
                is_elif = name == "orelse" and isinstance(node, ast.If) and isinstance(child, ast.If)
                inner = max(inner, depth(child) - is_elif)
    return inner + isinstance(node, BLOCKS)


@pytest.mark.parametrize("module", modules())
def test_a_module_says_what_it_is_for_and_stays_small(module: str) -> None:
    text = (ROOT / module).read_text()
    tree = ast.parse(text)

    assert ast.get_docstring(tree), "its first line says what it is for"
    assert len(text.splitlines()) <= FILE_LINES, "find the two subjects in it"
    assert Path(module).stem not in NAMES_WITHOUT_MEANING
    for function in functions(tree):
        assert (function.end_lineno or 0) - function.lineno < FUNCTION_LINES, f"{function.name} is too long"
        assert depth(function) <= NESTING, f"{function.name} is nested too deep"


def twin(module: Path) -> Path:
    """pricing/gateway.py is tested by tests/pricing/test_gateway.py, __main__.py by test_main.py."""
    return Path("tests") / module.parent / f"test_{module.stem.strip('_')}.py"


@pytest.mark.parametrize("module", with_twin())
def test_a_module_has_a_test_at_the_mirrored_path(module: str) -> None:
    assert (ROOT / twin(Path(module))).exists(), f"write {twin(Path(module))}"


def test_a_test_mirrors_a_module_that_exists() -> None:
    """A second file on one module is called after it too: test_yahoo_handshake.py."""
    mirrored = [str(twin(Path(module)))[: -len(".py")] for module in modules()]

    tests = [path.relative_to(ROOT) for app in APPS for path in (ROOT / "tests" / app).rglob("test_*.py")]

    assert [str(test) for test in tests if not str(test).startswith(tuple(mirrored))] == []


def test_the_web_process_loads_no_heavy_library() -> None:
    program = "import sys, stocktracker.wsgi; from django.urls import get_resolver; get_resolver().url_patterns\n"
    program += "print(*sorted({name.partition('.')[0] for name in sys.modules}))"

    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "django" in loaded.stdout.split()
    assert HEAVY.isdisjoint(loaded.stdout.split())


def test_the_repository_stands_alone() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    outside = "../" + "shared"

    mentions = [
        name
        for name in listed.stdout.split("\n")
        if (ROOT / name).is_file()
        and name.endswith((".py", ".md", ".toml", ".html", ".css", ".js", ".sh"))
        and outside in (ROOT / name).read_text()
    ]

    assert mentions == []
