"""Which tables are the truth, and how PostgreSQL hands them over: COPY, straight between the server and the file."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from django.db import connection
from psycopg2 import sql

from pricing.models import Instrument

from .schema import Name, applied, tables_at

# Whoever was signed in signs in again: a session is a key to an account, and no backup should hold keys.
LEFT_OUT = {"django_session"}
BARS = "pricing_bar"
KEPT_BARS = sql.SQL(" WHERE instrument_id IN (SELECT id FROM pricing_instrument WHERE status IN ({}))").format(
    sql.SQL(", ").join(map(sql.Literal, map(str, Instrument.NEVER_ASKED)))
)


class Writes(Protocol):
    def write(self, part: bytes, /) -> int: ...


class Reads(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def names() -> list[str]:
    """Of every table that is backed up, in order; many-to-many tables included."""
    return names_at(applied())


def names_at(migrations: Collection[Name]) -> list[str]:
    """As they were called when exactly these had been applied, by whichever version."""
    return sorted(tables_at(migrations) - LEFT_OUT)


def columns_of(table: str) -> list[str]:
    """As they stand in the database."""
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def copy_out(table: str, columns: list[str], stream: Writes, *, with_prices: bool) -> int:
    """How many rows were written as CSV. Without prices, only those bars are that no source can give again."""
    some = KEPT_BARS if table == BARS and not with_prices else sql.SQL("")
    statement = sql.SQL("COPY (SELECT {} FROM {}{}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')").format(
        _names(columns), sql.Identifier(table), some
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, stream)
        return int(cursor.rowcount)


def copy_in(table: str, columns: list[str], stream: Reads) -> int:
    """How many rows were stored; the first line is skipped, whatever it says. Joins the caller's transaction."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER, ENCODING 'UTF8')").format(
        sql.Identifier(table), _names(columns)
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, stream)
        return int(cursor.rowcount)


def empty(tables: list[str]) -> None:
    """All of these at once, so that no key can be in the way."""
    with connection.cursor() as cursor:
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        cursor.execute(sql.SQL("TRUNCATE {}").format(names))


def go_on_counting(table: str, columns: list[str]) -> None:
    """The next new row gets a number above all that are stored or ever were: no old message means it."""
    with connection.cursor() as cursor:
        for column in columns:
            cursor.execute("SELECT pg_get_serial_sequence(quote_ident(%s), %s)", [table, column])
            if (sequence := cursor.fetchone()[0]) is not None:
                statement = sql.SQL(
                    "SELECT setval(%s, greatest(coalesce(max({0}), 0) + 1, nextval(%s)), false) FROM {1}"
                )
                cursor.execute(statement.format(sql.Identifier(column), sql.Identifier(table)), [sequence] * 2)


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
