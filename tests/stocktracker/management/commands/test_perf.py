import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command

from stocktracker.monitoring.models import PerfRun
from stocktracker.perf import rows
from stocktracker.perf.result import Result
from stocktracker.perf.saving import Run

GOOD = Result("9", "quotes of 20 symbols, warm", None, {"yf.download": 20.0}, None, "≤ 1", met=True, requests=1)
BAD = replace(GOOD, peers={"yf.download": 10.0})
BASE = Run(datetime(2026, 11, 21, tzinfo=UTC), "0.1.0", "2 processors", [GOOD])


@pytest.fixture
def base(tmp_path: Path) -> str:
    return written(tmp_path / "base.json", GOOD)


def written(file: Path, *results: Result) -> str:
    file.write_text(replace(BASE, results=list(results)).as_json())
    return str(file)


def finding(*each_time: Result) -> dict[str, Callable[[], Iterator[Result]]]:
    """Row 9, which comes to another result each time it is measured."""
    left = list(each_time)
    return {"9": lambda: iter([left.pop(0)])}


def perf(*options: str) -> tuple[int, str, str]:
    """Exit status, what was printed, and what was said beside it."""
    printed, said, status = StringIO(), StringIO(), 0
    try:
        call_command("perf", *options, stdout=printed, stderr=said, no_color=True)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, printed.getvalue(), said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_run_is_printed_as_json_written_into_a_file_and_kept_in_the_deployments_own_database(tmp_path: Path) -> None:
    into = tmp_path / "run.json"

    with patch.dict(rows.ROWS, finding(GOOD)):
        status, printed, said = perf("--only=9", "--json", f"--into={into}", "--save")

    told, kept = json.loads(printed), PerfRun.objects.get()
    assert status == 0
    assert set(told) == {"version", "at", "machine", "rows"}
    assert told == json.loads(into.read_text())
    assert (kept.rows, kept.version, kept.machine) == (told["rows"], told["version"], told["machine"])
    assert f"Saved as run {kept.pk}." in said


@pytest.mark.django_db(transaction=True)
def test_what_fell_is_measured_once_more_before_it_counts(base: str) -> None:
    with patch.dict(rows.ROWS, finding(BAD, GOOD)):
        status, _, said = perf("--only=9", "--compare", base)

    assert status == 0
    assert "Worse at first, so measured once more: row 9." in said
    assert "Nothing is worse by more than 20%." in said


@pytest.mark.django_db(transaction=True)
def test_what_fell_twice_is_a_sentence_and_an_exit_status(base: str) -> None:
    with patch.dict(rows.ROWS, finding(BAD, BAD)):
        status, printed, said = perf("--only=9", "--compare", base)

    assert status == 1
    assert "10 × yf.download" in printed
    assert "Row 9, quotes of 20 symbols, warm: 10 × yf.download, 50% less than 20 ×." in said


def test_two_files_are_compared_without_measuring(tmp_path: Path, base: str) -> None:
    same, worse = base, written(tmp_path / "worse.json", BAD)
    renamed = written(tmp_path / "renamed.json", replace(GOOD, name="quotes"))

    assert perf("--compare", base, "--from", same)[0] == 0
    assert perf("--compare", base, "--from", worse)[0] == 1
    status, printed, said = perf("--compare", base, "--from", renamed)
    assert (status, printed) == (0, "")
    assert "Row 9, quotes of 20 symbols, warm: in the base, and not measured any more." in said


@pytest.mark.django_db
def test_a_saved_run_is_a_base_too(tmp_path: Path) -> None:
    kept = PerfRun.objects.create(at=BASE.at, version="0.1.0", machine="2 processors", rows=json.loads(
        BASE.as_json())["rows"])  # fmt: skip

    for name in ("last", str(kept.pk)):
        assert perf("--compare", name, "--from", written(tmp_path / "worse.json", BAD))[0] == 1


def test_a_base_that_is_none_is_refused_before_anything_is_measured() -> None:
    with pytest.raises(CommandError, match=r"none\.json: No such file"):
        call_command("perf", "--compare", "none.json")
