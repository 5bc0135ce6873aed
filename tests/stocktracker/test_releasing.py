import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

from pricing.services.source import MixedSourceError, claim_source
from stocktracker import releasing
from stocktracker.monitoring.models import Event
from stocktracker.releasing import LOCK, ReleaseError, release
from tests.processes import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60.0  # seconds


def released(wait_seconds: float = 0) -> bool:
    return release(timezone.now(), wait_seconds=wait_seconds, verbosity=0)


def eventually(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        threading.Event().wait(0.05)


@contextmanager
def elsewhere(*statements: str) -> Iterator[None]:
    """These statements, done in the open transaction of another connection."""
    done, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            done.set()
            leave.wait(PATIENCE)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert done.wait(PATIENCE)
    try:
        yield
    finally:
        leave.set()
        holder.join()


def limits() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        return list(cursor.fetchone())


def test_a_version_is_noted_once(settings: Settings) -> None:
    first, second = released(), released()
    settings.VERSION = "9.9.9"
    third = released()

    assert (first, second, third) == (True, False, True)
    assert [event.facts["version"] for event in Event.objects.order_by("id")][-1] == "9.9.9"
    assert Event.objects.filter(code="released").count() == 2


def test_limits_of_pages_are_back_afterwards() -> None:
    before = limits()

    released()

    assert limits() == before == ["15s", "5s"]


def test_a_release_that_is_under_way_is_waited_for_only_so_long() -> None:
    with (
        elsewhere(f"SELECT pg_advisory_xact_lock({LOCK[0]}, {LOCK[1]})"),
        pytest.raises(ReleaseError, match="Another release has been under way on this database for 0 seconds"),
    ):
        released()

    assert released()


def test_a_table_that_is_held_for_ever_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "TRIES", 2)
    monkeypatch.setattr(releasing, "PAUSE", 0.0)
    monkeypatch.setattr(releasing, "TABLE_WITHIN", "50ms")

    with (
        elsewhere("LOCK TABLE django_content_type IN ACCESS EXCLUSIVE MODE"),
        pytest.raises(ReleaseError, match="did not get its table in 2 tries"),
    ):
        released()

    assert limits() == ["15s", "5s"]


def start(log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "release", *arguments]
    with log.open("wb") as file:
        return subprocess.Popen(command, cwd=ROOT, env=environment(MARKET="simulated"), stdout=file, stderr=file)


def test_two_releases_at_once_wait_for_each_other_and_both_end_well(tmp_path: Path) -> None:
    """The first is held up at its first migration's table until the second has said that it waits."""
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    waits = "another release is under way: waiting for it"

    with elsewhere("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE"):
        both = [start(log) for log in logs]
        eventually(lambda: any(waits in log.read_text() for log in logs), "one of them waits")

    codes = [one.wait(PATIENCE) for one in both]
    said = [log.read_text() for log in logs]
    assert codes == [0, 0], said
    assert sum("the other release has ended: going on" in text for text in said) == 1
    assert Event.objects.filter(code="released").count() == 1


def test_a_database_of_the_other_market_is_not_even_migrated(settings: Settings) -> None:
    claim_source("live")
    settings.MARKET = "simulated"
    MigrationRecorder(connection).record_unapplied("monitoring", "0001_initial")

    try:
        with pytest.raises(MixedSourceError, match="holds live prices"):
            released()
    finally:
        MigrationRecorder(connection).record_applied("monitoring", "0001_initial")

    assert limits() == ["15s", "5s"]
