"""Reading everything as of one moment, however long it takes and whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg2 import sql

TOGETHER = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL extra_float_digits = 1",  # every digit, whatever a role or a database was set to
)


@contextmanager
def one_moment(held: Collection[str] = ()) -> Iterator[None]:
    """A transaction that sees nothing others commit, and has no time limit; inside another one, just that one.

    Nobody changes the `held` tables until it ends: to an older moment a table that was made anew or emptied since then
    looks empty.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            _begin(held)
        yield


def _begin(held: Collection[str]) -> None:
    """The locks come before anything is read: the moment begins with the first look."""
    with connection.cursor() as cursor:
        for statement in TOGETHER:
            cursor.execute(statement)
        if held:
            tables = sql.SQL(", ").join(map(sql.Identifier, held))
            cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(tables))
