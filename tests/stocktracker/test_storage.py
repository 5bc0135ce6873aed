import re
from pathlib import Path

from django.core.management import call_command
from pytest_django import Settings


def test_a_hashed_script_imports_a_hashed_script(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "stocktracker.storage.StaticFiles"}}

    call_command("collectstatic", interactive=False, verbosity=0)

    (script,) = (path for path in tmp_path.glob("charts/history.*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name))
    (imported,) = re.findall(r'from "\./(frame\.[0-9a-f]{12}\.js)"', script.read_text())
    assert (tmp_path / "charts" / imported).exists()
    assert (tmp_path / "charts" / f"{script.name}.gz").exists()
