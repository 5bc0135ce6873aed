"""A release: one at a time, however many are started; migrations wait their turn instead of stopping live pages."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg2.errors import LockNotAvailable

from pricing.models import Source
from pricing.services.source import claim_source, refuse_other
from stocktracker.monitoring.events import note
from stocktracker.monitoring.models import Event
from stocktracker.timetable import plan

log = logging.getLogger(__name__)

LOCK = (7072, 1)  # the advisory lock of releases; 7070 and 7071 are the jobs'
LOOK_EVERY = 0.5  # seconds
# While a migration waits for a table, everybody else waits behind it: rather give up soon and try again.
TABLE_WITHIN = "2s"
TRIES, PAUSE = 15, 2.0  # of a migration that did not get its tables; seconds between


class ReleaseError(Exception):
    """Why the database is not ready, as a sentence."""


def release(now: datetime, *, wait_seconds: float, verbosity: int = 1) -> bool:
    """Whether anything was new: migrations, or the version. Raises ReleaseError and MixedSourceError."""
    with _alone(wait_seconds), _patiently():
        if Source._meta.db_table in connection.introspection.table_names():  # noqa: SLF001 — Django's documented interface
            refuse_other(settings.MARKET)  # before anything of a database is changed that was meant for somebody else
        migrated = _migrate(verbosity)
        claim_source(settings.MARKET)
        plan(now)
        new = migrated or _last_released() != settings.VERSION
        if new:
            note(Event.Kind.RELEASE, "released", version=settings.VERSION)
    return new


@contextmanager
def _alone(wait_seconds: float) -> Iterator[None]:
    """The lock is the session's: a release that dies lets go of it."""
    until, told = time.monotonic() + wait_seconds, False
    while not _ask("SELECT pg_try_advisory_lock(%s, %s)"):
        if time.monotonic() >= until:
            raise ReleaseError(
                f"Another release has been under way on this database for {wait_seconds:.0f} seconds. Look what it "
                "does (pg_stat_activity), then release again."
            )
        if not told:
            log.info("another release is under way: waiting for it, %.0f s at the most", wait_seconds)
            told = True
        time.sleep(LOOK_EVERY)  # it ends in another process
    if told:
        log.info("the other release has ended: going on")
    try:
        yield
    finally:
        _ask("SELECT pg_advisory_unlock(%s, %s)")


def _ask(statement: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, LOCK)
        return bool(cursor.fetchone()[0])


@contextmanager
def _patiently() -> Iterator[None]:
    """A migration may take as long as it takes, but not wait long for a table that pages use."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [TABLE_WITHIN])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"):
                cursor.execute(f"RESET {limit}")


def _migrate(verbosity: int) -> bool:
    """Whether there was anything to do. A migration that got no lock was undone whole, and is begun again."""
    before = set(MigrationRecorder(connection).applied_migrations())
    for attempt in range(1, TRIES + 1):
        try:
            call_command("migrate", interactive=False, verbosity=verbosity)
            return set(MigrationRecorder(connection).applied_migrations()) != before
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            log.warning("a migration did not get its table within %s, try %s of %s", TABLE_WITHIN, attempt, TRIES)
            time.sleep(PAUSE)  # whoever holds it is in another process
    raise ReleaseError(
        f"A migration did not get its table in {TRIES} tries: something holds it for long. Look at pg_stat_activity "
        "for old transactions, end them, and release again; what was migrated so far is complete."
    )


def _last_released() -> str:
    last = Event.objects.filter(kind=Event.Kind.RELEASE, code="released").order_by("-id").first()
    return str(last.facts.get("version", "")) if last else ""
