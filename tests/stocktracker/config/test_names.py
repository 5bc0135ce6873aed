import re
from pathlib import Path

from stocktracker.config.findings import Level
from stocktracker.config.names import KNOWN, names

ROOT = Path(__file__).resolve().parent.parent.parent.parent
ASKED = re.compile(
    r"""(?:\b_?(?:text|flag|words|number|whole|choice|networks|address|dsn|database_of|time_zone)\(|environ(?:\.get\(|\[)|\benv\(\s*)["']([A-Z][A-Z0-9_]+)["']"""
)
IN_SHELL = re.compile(r"\$\{([A-Z][A-Z0-9_]+)(?::-[^}]*)?\}")
# Set by our own processes for each other, or not ours: no one has to know them.
BETWEEN_US = {"DJANGO_SETTINGS_MODULE", "STOCKTRACKER_PROJECT", "STOCKTRACKER_CHAOS", "PATH", "PYTHONPATH", "NO_COLOR"}


def documented() -> set[str]:
    return set(re.findall(r"^([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def read() -> set[str]:
    """What settings, Celery's settings, the programs in bin, the Procfile and our own servers ask for."""
    sources = [ROOT / "stocktracker/settings.py", ROOT / "celeryconfig.py", ROOT / "manage.py"]
    sources += [
        *(ROOT / "docs").glob("*.py"),
        *(ROOT / "stocktracker").rglob("*.py"),
        *(ROOT / "pricing").rglob("*.py"),
    ]
    found = {name for path in sources for name in ASKED.findall(path.read_text())}
    shell = [ROOT / "Procfile", *(path for path in (ROOT / "bin").iterdir() if path.is_file())]
    return (found | {name for path in shell for name in IN_SHELL.findall(path.read_text())}) - BETWEEN_US


def test_every_variable_that_is_read_is_described_and_no_other() -> None:
    assert sorted(read() ^ documented()) == []


def test_the_check_knows_those_that_are_described() -> None:
    assert sorted(set(KNOWN) ^ documented()) == []


def test_what_is_nearly_called_like_ours_is_a_slip() -> None:
    found = names(["EMAIL_HOSTS", "UPSTREAM_PERHOUR", "WORKER_CONCURENCY", "Allowed_Hosts"])

    assert [(one.level, one.about) for one in found] == [
        (Level.WARNING, name) for name in ("Allowed_Hosts", "EMAIL_HOSTS", "UPSTREAM_PERHOUR", "WORKER_CONCURENCY")
    ]
    assert "Is WORKER_CONCURRENCY meant?" in found[-1].text


def test_what_others_read_is_none_of_our_business() -> None:
    environment = ["PATH", "HOME", "HOSTNAME", "PGHOST", "PYTHONPATH", "REDISCLOUD_URL", "LANG", "DYNO", "TZ", *KNOWN]

    assert [one.level for one in names(environment)] == [Level.OK]
