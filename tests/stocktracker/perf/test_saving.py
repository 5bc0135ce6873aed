import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stocktracker.monitoring.models import PerfRun
from stocktracker.perf.result import Result
from stocktracker.perf.saving import Run, RunError, machine, read, save

RUN = Run(
    datetime(2026, 11, 22, 18, tzinfo=UTC), "0.1.0", "2 processors, Python 3.13.0",
    [Result("9", "quotes", None, {"yf.download": 20.0}, None, "≤ 1", met=True, requests=1)],
)  # fmt: skip
RUN_ROWS = json.dumps(json.loads(RUN.as_json())["rows"])


def test_every_line_of_the_json_has_the_same_keys() -> None:
    told = json.loads(RUN.as_json())

    [row] = told["rows"]
    assert set(told) == {"version", "at", "machine", "rows"}
    assert set(row) >= {"row", "name", "median_ms", "peers", "limit_ratio", "aim", "met"}


def test_a_file_is_read_back_whole_whatever_else_it_says(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text(RUN.as_json().replace('"row":', '"of a later version": 1, "row":'))

    assert read(str(file)) == RUN


@pytest.mark.django_db
def test_a_saved_run_is_read_by_its_number_or_as_the_last() -> None:
    first = save(RUN)
    later = Run(datetime(2026, 11, 23, tzinfo=UTC), "0.2.0", RUN.machine, [])
    save(later)

    assert read(str(first.pk)) == RUN
    assert read("last") == later
    assert PerfRun.objects.count() == 2


@pytest.mark.django_db
def test_what_is_no_run_is_told_in_a_sentence(tmp_path: Path) -> None:
    broken, other = tmp_path / "broken.json", tmp_path / "other.json"
    broken.write_text("{")
    other.write_text('{"rows": [{"row": "1"}]}')

    for base, sentence in (
        (str(tmp_path / "none.json"), "No such file"),
        (str(broken), "is no run"),
        (str(other), "is no run"),
        ("last", "No run is saved yet: perf --save stores one."),
        ("7", "There is no saved run 7"),
    ):
        with pytest.raises(RunError, match=sentence):
            read(base)


@pytest.mark.parametrize(
    "rows",
    [
        '["1"]',
        '[{"row": "1"}]',
        RUN_ROWS.replace("20.0", "NaN"),
        RUN_ROWS.replace("20.0", "null"),
        '[{"peers": 1}]',
        '{"1": 2}',
        "7",
    ],
)
def test_rows_that_are_none_are_told_in_a_sentence_too(tmp_path: Path, rows: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(RUN.as_json().partition('"rows":')[0] + f'"rows": {rows}}}')

    with pytest.raises(RunError, match="is no run"):
        read(str(file))


def test_a_file_that_is_no_text_is_no_run(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_bytes(b"\xff\xfe\x00\xd8\x9f")

    with pytest.raises(RunError, match="is no run"):
        read(str(file))


@pytest.mark.django_db
def test_a_run_of_a_version_with_other_rows_is_told_in_a_sentence() -> None:
    PerfRun.objects.create(at=RUN.at, version="0.0.1", machine="", rows=[{"row": "1"}])

    with pytest.raises(RunError, match=r"was saved by version 0\.0\.1, whose rows are others"):
        read("last")


def test_a_machine_is_its_processors_and_its_python() -> None:
    said = machine()

    assert said.partition(" ")[0].isdecimal()
    assert ", Python 3." in said
