"""Bring a backup back: checked first, then everything in one transaction, so that nothing is ever half there."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zipfile import ZipFile

import redis
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from celeryconfig import PRIORITIES, QUEUES
from portfolios.models import Portfolio
from portfolios.services.rebuilds import rebuild_is_needed, request_rebuilds_of
from portfolios.viewed import KEY as VIEWED
from pricing.models import Instrument
from stocktracker.jobs.heartbeats import read_signs
from stocktracker.jobs.services import Request, enqueue_many
from stocktracker.monitoring.events import note
from stocktracker.monitoring.models import Event
from stocktracker.redis import store

from . import schema
from .files import Digest, readable
from .manifest import NAME, BackupError, Manifest, TableFile, why_not
from .tables import columns_of, copy_in, empty, go_on_counting, names_at

Say = Callable[[str], object]
CHUNK = 1 << 20  # bytes read at once
LARGEST_MANIFEST = 10 << 20  # bytes; ours has twenty thousand
OCCUPIED = ("auth_user", "portfolios_portfolio")  # a database that has rows here is somebody's

UNACKED = ("unacked", "unacked_index", "unacked_mutex")  # kombu's: messages that are sent again after an hour

# What ran when the backup was made runs again; what waited is told anew by the sweep: messages are in no backup.
JOBS_AGAIN = """
UPDATE jobs_job SET state = 'queued', sent_at = NULL, started_at = NULL,
       max_attempts = greatest(max_attempts, attempts + 1)
WHERE state IN ('queued', 'running')
"""


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    rebuilds: int  # portfolios whose figures were behind in the backup
    histories: int  # to be fetched again, of a backup without prices


def restore(path: str, now: datetime, *, replace: bool, say: Say) -> Restored:
    """Raises BackupError with the database as it was."""
    with readable(path):
        packed = ZipFile(path)
    with packed:
        with readable(path):
            manifest = read_manifest(packed)
        if refusal := why_not(manifest, version=settings.VERSION, market=settings.MARKET, known=schema.known()):
            raise BackupError(refusal)
        with readable(path):
            verify(packed, manifest)
        say(f"The file is whole: {manifest.rows:,} rows of {len(manifest.tables)} tables, made {manifest.made_at:%c}.")
        refuse_company(now)
        try:
            with transaction.atomic(durable=True):
                restored = _all_at_once(packed, manifest, replace=replace)
                note(Event.Kind.BACKUP, "restored", made=f"{manifest.made_at:%Y-%m-%d %H:%M} UTC", rows=manifest.rows)
                forget_messages()
        except DatabaseError as error:
            raise BackupError(f"PostgreSQL refused it, and everything is as it was: {error}") from error
    return restored


def read_manifest(packed: ZipFile) -> Manifest:
    if NAME not in packed.namelist():
        raise BackupError(f"There is no {NAME} in it: this file is no backup, or one that was cut off.")
    if packed.getinfo(NAME).file_size > LARGEST_MANIFEST:
        raise BackupError(f"Its {NAME} is too large for one: this file is no backup.")
    return Manifest.read(packed.read(NAME))


def verify(packed: ZipFile, manifest: Manifest) -> None:
    """Raises BackupError where a table's file is missing or not what was written."""
    if strange := {table.name for table in manifest.tables} ^ set(names_at(manifest.migrations)):
        raise BackupError(f"Its tables are not those of its version ({', '.join(sorted(strange))}): it is damaged.")
    there = set(packed.namelist())
    for table in manifest.tables:
        if table.path not in there:
            raise BackupError(f"{table.path} is missing: the backup is damaged. Take another one.")
        with packed.open(table.path) as stream:
            digest = Digest(stream)
            first = digest.read(CHUNK)
            while digest.read(CHUNK):
                pass
        if _header(first) != table.columns:  # PostgreSQL compares them only from 15 on
            raise BackupError(f"{table.path} has other columns than {NAME} says: the backup is damaged.")
        if digest.sha256 != table.sha256:
            raise BackupError(f"{table.path} is not as it was written: the backup is damaged. Take another one.")


def _header(text: bytes) -> list[str]:
    return next(csv.reader([text.partition(b"\n")[0].decode(errors="replace")]), [])


def refuse_company(now: datetime) -> None:
    """A worker keeps prices in its memory and would go on with those of before. Without Redis nobody can run jobs."""
    try:
        alive = read_signs().alive(now)
    except redis.RedisError:
        return
    if alive:
        raise BackupError(f"The worker {alive[0].name} is running. Stop web, worker and beat, then restore.")


def _all_at_once(packed: ZipFile, manifest: Manifest, *, replace: bool) -> Restored:
    with connection.cursor() as cursor:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {limit} = 0")
    if not replace and (rows := _occupied()):
        raise BackupError(f"This database is in use: it has {rows}. Add --replace to empty it first.")
    schema.bring_to(manifest.migrations)
    _settle_constraints()
    empty(_tables_to_empty(manifest))
    for table in manifest.tables:
        _load(packed, table)
    _settle_constraints()
    ContentType.objects.clear_cache()  # their numbers are those of the backup now
    schema.bring_forward()
    with connection.cursor() as cursor:
        cursor.execute(JOBS_AGAIN)
        cursor.execute("ANALYZE")  # or PostgreSQL plans the first pages as if all tables were empty
    histories = 0 if manifest.with_prices else _ask_for_histories()
    behind = [row.pk for row in Portfolio.objects.all() if rebuild_is_needed(row)]
    return Restored(manifest, len(request_rebuilds_of(behind)), histories)


def _occupied() -> str:
    """What makes this database somebody's; empty: nothing does."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        found = []
        for table in OCCUPIED:
            if table in there:
                cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 — one of two names written above
                count = cursor.fetchone()[0]
                found += [f"{count} {table.partition('_')[2]}{'s' if count > 1 else ''}"] if count else []
    return " and ".join(found)


def _tables_to_empty(manifest: Manifest) -> list[str]:
    """Those of the backup, and who is signed in."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    return sorted({table.name for table in manifest.tables} | ({"django_session"} & there))


def _load(packed: ZipFile, table: TableFile) -> None:
    missing = set(table.columns) ^ set(columns_of(table.name))
    if missing:
        raise BackupError(f"The table {table.name} has other columns than in the backup: {', '.join(sorted(missing))}.")
    with packed.open(table.path) as stream:
        rows = copy_in(table.name, table.columns, stream)
    if rows != table.rows:
        raise BackupError(f"Of {table.rows} rows of {table.name} only {rows} arrived.")
    go_on_counting(table.name, table.columns)


def _settle_constraints() -> None:
    """Foreign keys are checked at once: what contradicts itself is refused here, and tables can be changed again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _ask_for_histories() -> int:
    """Whose bars were left out is fetched again; figures stay those of the backup until then."""
    asked = Instrument.objects.exclude(status__in=Instrument.NEVER_ASKED)
    symbols = list(asked.order_by("pk").values_list("symbol", flat=True))
    asked.update(fetched_at=None, asked_at=None, checked_to=None)
    requests = [Request({"symbol": symbol}, f"backfill:{symbol}", priority=3) for symbol in symbols]
    return len(enqueue_many("stocktracker.backfill", requests))


def forget_messages() -> None:
    """What Redis knows of jobs and glances of the database that was here before: their numbers mean others now.

    Without Redis there is nothing.
    """
    names = [name if step == 0 else f"{name}\x06\x16{step}" for name in QUEUES for step in range(PRIORITIES)]
    try:
        client: Any = store()
        client.delete(VIEWED, *UNACKED, *names, *client.scan_iter("job:*", count=1000))
    except redis.RedisError:
        return
