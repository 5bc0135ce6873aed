from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stocktracker.backup.manifest import BackupError, Manifest, TableFile, is_newer, why_not

OURS = {("jobs", "0001_initial"), ("jobs", "0002_more")}
TABLE = TableFile("jobs_job", ["id", "kind"], 3, "ab" * 32)
MANIFEST = Manifest(
    "0.2.0", "live", datetime(2026, 11, 22, 8, tzinfo=UTC), [("jobs", "0001_initial")], with_prices=True, tables=[TABLE]
)


def why(manifest: Manifest) -> str | None:
    return why_not(manifest, version="0.2.0", market="live", known=OURS)


def test_what_is_written_is_read_again() -> None:
    assert Manifest.read(MANIFEST.written()) == MANIFEST
    assert MANIFEST.rows == 3
    assert TABLE.path == "tables/jobs_job.csv"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"product": "MyStockTracker", "format": 1}', '{"product": "other"}'])
def test_anything_else_is_called_no_backup(text: str) -> None:
    with pytest.raises(BackupError, match="this file is no backup"):
        Manifest.read(text)


def test_a_format_of_the_future_is_named() -> None:
    with pytest.raises(BackupError, match="format 2; this version reads 1"):
        Manifest.read(MANIFEST.written().replace('"format": 1', '"format": 2'))


def test_an_older_or_equal_version_of_the_same_market_is_taken() -> None:
    assert why(MANIFEST) is None
    assert why(replace(MANIFEST, version="0.1.9")) is None


def test_what_is_newer_or_another_markets_is_refused_with_what_to_do() -> None:
    newer, further = replace(MANIFEST, version="0.10.0"), replace(MANIFEST, migrations=[("jobs", "0003_later")])
    other = replace(MANIFEST, market="simulated")

    assert "made by version 0.10.0, and this is 0.2.0" in str(why(newer))
    assert "knows the migration jobs.0003_later" in str(why(further))
    assert "set MARKET=simulated" in str(why(other))


def test_versions_are_compared_as_numbers() -> None:
    assert is_newer("0.10", "0.9.9")
    assert not is_newer("1.0", "1.0")
