import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portfolios.models import Portfolio, Snapshot
from pricing.models import Bar, Instrument
from stocktracker.backup.manifest import NAME, BackupError, Manifest
from stocktracker.backup.restoring import Restored, restore
from stocktracker.backup.writing import back_up
from stocktracker.jobs.heartbeats import WorkerBeat, beat
from stocktracker.jobs.models import Job, State
from stocktracker.monitoring.models import Event
from stocktracker.redis import store
from tests.processes import ROOT, environment

from .reported import reports

pytestmark = pytest.mark.django_db(transaction=True)

Change = Callable[[str], str]


@pytest.fixture(autouse=True)
def _simulated(settings: Settings) -> None:
    settings.MARKET = "simulated"


@pytest.fixture
def backup(owner: User, tmp_path: Path) -> Path:
    path = tmp_path / "all.zip"
    back_up(str(path), timezone.now())
    return path


def brought_back(path: Path, *, replace: bool = True) -> Restored:
    return restore(str(path), timezone.now(), replace=replace, say=print)


def rows() -> dict[str, int]:
    return {"users": User.objects.count(), "portfolios": Portfolio.objects.count(), "bars": Bar.objects.count()}


def test_after_a_loss_of_everything_each_portfolio_reports_the_same(backup: Path, owner: User) -> None:
    before, counted = reports("ada"), rows()
    User.objects.all().delete()
    Instrument.objects.all().delete()

    restored = brought_back(backup, replace=False)

    assert len(before) == 3
    assert reports("ada") == before
    assert rows() == counted
    assert restored.rebuilds == 0
    assert Event.objects.filter(code="restored").exists()


def test_pages_are_there_at_once_and_the_next_row_gets_a_number_of_its_own(
    backup: Path, owner: User, client: Client
) -> None:
    portfolio = Portfolio.objects.get(name="Family")

    brought_back(backup)

    client.force_login(User.objects.get(username="ada"))
    assert client.get(f"/portfolios/{portfolio.pk}/").status_code == 200
    assert Snapshot.objects.count() == 3
    new = Portfolio.objects.create(owner=User.objects.get(), name="New")
    assert new.pk > portfolio.pk


def test_a_database_that_is_somebodys_is_left_alone(backup: Path) -> None:
    User.objects.create_user("eve")

    with pytest.raises(BackupError, match=r"in use: it has 2 users and 3 portfolios\. Add --replace"):
        brought_back(backup, replace=False)

    assert User.objects.filter(username="eve").exists()


def test_replacing_leaves_nothing_of_what_was_there(backup: Path) -> None:
    User.objects.create_user("eve")

    brought_back(backup)

    assert list(User.objects.values_list("username", flat=True)) == ["ada"]


def test_a_row_that_cannot_be_stored_leaves_everything_as_it_was(backup: Path, tmp_path: Path) -> None:
    User.objects.create_user("eve")
    damaged = changed(backup, tmp_path, "tables/portfolios_snapshot.csv", lambda text: text, forget=True)

    with pytest.raises(BackupError, match="is missing: the backup is damaged"):
        brought_back(damaged)

    assert User.objects.filter(username="eve").exists()


def test_contradictions_are_refused_by_the_database_and_nothing_is_stored(backup: Path, tmp_path: Path) -> None:
    User.objects.create_user("eve")
    without_users = changed(
        backup, tmp_path, "tables/auth_user.csv", lambda text: text.splitlines(keepends=True)[0], mend=True
    )

    with pytest.raises(BackupError, match="PostgreSQL refused it, and everything is as it was"):
        brought_back(without_users)

    assert User.objects.filter(username="eve").exists()


def test_a_changed_byte_is_noticed_before_anything_is_touched(backup: Path, tmp_path: Path) -> None:
    altered = changed(backup, tmp_path, "tables/auth_user.csv", lambda text: text.replace("ada", "eve"))

    with pytest.raises(BackupError, match=r"tables/auth_user\.csv is not as it was written"):
        brought_back(altered)


def test_a_file_that_is_no_backup_is_called_so(tmp_path: Path) -> None:
    text, empty = tmp_path / "a.zip", tmp_path / "b.zip"
    text.write_text("hello")
    with ZipFile(empty, "w") as packed:
        packed.writestr("readme", "")

    with pytest.raises(BackupError, match="cannot be read as a backup"):
        brought_back(text)
    with pytest.raises(BackupError, match="this file is no backup"):
        brought_back(empty)


def test_the_other_markets_backup_is_refused(backup: Path, settings: Settings) -> None:
    settings.MARKET = "live"

    with pytest.raises(BackupError, match="The backup holds simulated prices, but this deployment is for live ones"):
        brought_back(backup)


def test_beside_a_running_worker_nothing_is_restored(backup: Path) -> None:
    now = timezone.now()
    beat(WorkerBeat("worker@here/1", now, now, 2, 0, None))

    with pytest.raises(BackupError, match=r"worker@here/1 is running\. Stop web, worker and beat"):
        brought_back(backup)


def test_jobs_that_ran_and_waited_are_sent_again_and_old_messages_are_gone(owner: User, tmp_path: Path) -> None:
    Job.objects.all().delete()
    Job.objects.create(kind="stocktracker.plan", queue="prices", state=State.RUNNING, attempts=5, max_attempts=5)
    Job.objects.create(kind="stocktracker.plan", queue="prices", state=State.QUEUED, sent_at=timezone.now())
    back_up(str(tmp_path / "all.zip"), timezone.now())
    store().lpush("prices", "a message of before")
    store().hset("unacked", "tag", "one a worker had taken")
    store().hset("job:1", "stop", 9)  # another job has this number now

    brought_back(tmp_path / "all.zip")

    jobs = Job.objects.filter(kind="stocktracker.plan").values_list("state", "sent_at", "max_attempts")
    assert sorted(jobs, key=str) == [("queued", None, 5), ("queued", None, 6)]
    assert not store().exists("prices", "unacked", "job:1")


def test_without_prices_what_no_source_has_is_kept_and_the_rest_is_asked_for(owner: User, tmp_path: Path) -> None:
    path = tmp_path / "small.zip"
    back_up(str(path), timezone.now(), with_prices=False)

    restored = brought_back(path)

    assert set(Bar.objects.values_list("instrument__symbol", flat=True)) == {"MY-HOUSE"}
    asked = set(Job.objects.filter(kind="stocktracker.backfill").values_list("args__symbol", flat=True))
    assert asked == {"AAPL", "VOD.L", "SPY", "GBPUSD=X", "EURUSD=X", "GBPEUR=X", "USDEUR=X"}
    assert restored.histories == len(asked)
    assert Snapshot.objects.exclude(as_of=None).count() == 3


def test_an_older_versions_backup_is_taken_over_and_brought_forward(backup: Path, tmp_path: Path) -> None:
    before = reports("ada")
    older = tmp_path / "older.zip"
    with ZipFile(backup) as packed, ZipFile(older, "w") as written:
        manifest = Manifest.read(packed.read(NAME))
        tables = [table for table in manifest.tables if not table.name.startswith("monitoring_")]
        migrations = [one for one in manifest.migrations if one[0] != "monitoring"]
        for table in tables:
            written.writestr(table.path, packed.read(table.path))
        written.writestr(NAME, replace(manifest, tables=tables, migrations=migrations, version="0.0.9").written())

    brought_back(older)

    assert reports("ada") == before
    assert list(Event.objects.values_list("code", flat=True)) == ["restored"]


@pytest.fixture
def empty_database() -> Iterator[str]:
    """Another database of this server, without any table; its address."""
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored_into")
        cursor.execute("CREATE DATABASE restored_into")
    address = urlsplit(os.environ["DATABASE_URL"])
    there = urlunsplit(address._replace(path="/restored_into"))
    yield there if "://" in there else there.replace(":/", ":///", 1)
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE restored_into WITH (FORCE)")


def test_a_database_without_a_single_table_is_enough(backup: Path, owner: User, empty_database: str) -> None:
    portfolio = Portfolio.objects.get(name="Family")
    here = reports("ada")["Family"]

    there = {"DATABASE_URL": empty_database, "MARKET": "simulated"}
    said = manage("restore", str(backup), **there)
    report = manage("report", str(portfolio.pk), "--json", **there)

    assert "Everything is back" in said
    assert json.loads(report) == here


def manage(*arguments: str, **changes: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(**changes), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def changed(backup: Path, folder: Path, name: str, change: Change, *, forget: bool = False, mend: bool = False) -> Path:
    """The same backup with one file changed; mended: with a manifest that says so, and that no row is in it."""
    path = folder / "changed.zip"
    with ZipFile(backup) as packed, ZipFile(path, "w") as other:
        manifest = Manifest.read(packed.read(NAME))
        contents = {table.path: packed.read(table.path) for table in manifest.tables}
        contents[name] = change(contents[name].decode()).encode()
        if mend:
            digest = sha256(contents[name]).hexdigest()
            tables = [replace(one, rows=0, sha256=digest) if one.path == name else one for one in manifest.tables]
            manifest = replace(manifest, tables=tables)
        if forget:
            del contents[name]
        for one, content in contents.items():
            other.writestr(one, content)
        other.writestr(NAME, manifest.written())
    return path
