import io
import resource
import stat
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from pricing.models import Bar
from stocktracker.backup import tables, writing
from stocktracker.backup.manifest import NAME, BackupError, Manifest
from stocktracker.backup.restoring import verify
from stocktracker.monitoring.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_backup_holds_every_table_and_says_what_it_is(owner: User, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"

    manifest = writing.back_up(str(path), timezone.now())

    with ZipFile(path) as packed:
        assert Manifest.read(packed.read(NAME)) == manifest
        verify(packed, manifest)
        bars = packed.read("tables/pricing_bar.csv").decode().splitlines()
    assert {table.name for table in manifest.tables} == set(tables.names())
    assert len(bars) == Bar.objects.count() + 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Event.objects.get(code="backed_up").facts == {"rows": manifest.rows}


def test_a_backup_that_fails_leaves_no_file_and_no_event(
    owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LEFT_OUT", {"django_session", "auth_user"})
    monkeypatch.setattr(writing, "names", lambda: ["auth_user", "no_such_table"])

    with pytest.raises(Exception, match="no_such_table"):
        writing.back_up(str(tmp_path / "all.zip"), timezone.now())

    assert list(tmp_path.iterdir()) == []
    assert not Event.objects.exists()


def test_without_prices_it_is_smaller_and_says_so(owner: User) -> None:
    whole, small = io.BytesIO(), io.BytesIO()

    with_prices = writing.write(whole, timezone.now(), with_prices=True)
    without = writing.write(small, timezone.now(), with_prices=False)

    assert with_prices.with_prices
    assert not without.with_prices
    assert without.rows < with_prices.rows


def test_a_database_of_a_newer_version_is_not_backed_up_in_part(owner: User, tmp_path: Path) -> None:
    newer = MigrationRecorder.Migration.objects.create(app="monitoring", name="0999_future")

    with pytest.raises(BackupError, match=r"knows the migration monitoring\.0999_future, this version does not"):
        writing.back_up(str(tmp_path / "all.zip"), timezone.now())

    newer.delete()
    assert list(tmp_path.iterdir()) == []


def test_before_the_release_that_makes_the_log_of_events_there_is_a_backup_all_the_same(
    owner: User, tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    call_command("migrate", "monitoring", "zero", verbosity=0)

    try:
        manifest = writing.back_up(str(path), timezone.now())
    finally:
        call_command("migrate", verbosity=0)

    there = {table.name for table in manifest.tables}
    assert "auth_user" in there
    assert "monitoring_event" not in there
    assert path.exists()


def test_while_it_is_written_nobody_empties_a_table(owner: User) -> None:
    class Watched(io.BytesIO):
        """Tries to empty a table as soon as the first bytes come."""

        refused = False

        def write(self, part: Any) -> int:
            if not self.refused:
                other = connections.create_connection("default")
                with other.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '50ms'")
                    with pytest.raises(OperationalError, match="lock timeout"):
                        cursor.execute("TRUNCATE pricing_bar")
                other.close()
                self.refused = True
            return super().write(part)

    file = Watched()

    writing.write(file, timezone.now(), with_prices=True)

    assert file.refused


def test_a_disk_that_is_full_leaves_nothing_and_the_session_usable(owner: User, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))

    try:
        with pytest.raises(BackupError, match=r"all\.zip could not be written: File too large\."):
            writing.back_up(str(tmp_path / "all.zip"), timezone.now())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(tmp_path.iterdir()) == []
    assert Bar.objects.exists()
