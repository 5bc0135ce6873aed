"""Whatever can be in a row comes back, and whatever can be wrong with a file is a sentence."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from portfolios.models import Portfolio, Snapshot, Transaction
from pricing.models import Bar, Instrument
from stocktracker.backup.manifest import NAME, BackupError, Manifest
from stocktracker.backup.restoring import restore
from stocktracker.backup.tables import names
from stocktracker.backup.writing import back_up

pytestmark = pytest.mark.django_db(transaction=True)

ODD = "see\n\\.\nhere\t«\"quoted\"», \\N, \\, 日本, \r\n\x01 and 'more'"
DIGITS = [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308]
SEQUENCES = """
SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)
FROM information_schema.columns WHERE table_schema = current_schema()
AND table_name = ANY(%s) AND is_identity = 'YES'
"""


@pytest.fixture(autouse=True)
def _simulated(settings: Settings) -> None:
    settings.MARKET = "simulated"


@pytest.fixture
def path(owner: User, tmp_path: Path) -> Path:
    """Where a backup may be written."""
    return tmp_path / "all.zip"


def round_trip(path: Path) -> None:
    back_up(str(path), timezone.now())
    restore(str(path), timezone.now(), replace=True, say=print)


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table as text, but for what a restore itself does."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(names()) - {"monitoring_event"}):
            cursor.execute(f'SELECT "{table}"::text FROM "{table}" ORDER BY 1')  # noqa: S608 — a name of ours
            found[table] = cursor.fetchall()
    return found


def test_every_row_of_every_table_comes_back_whatever_is_in_it(path: Path) -> None:
    portfolio, ada = Portfolio.objects.get(name="Family"), User.objects.get()
    portfolio.transactions.update(note=ODD)
    portfolio.transactions.filter(kind="deposit").update(note="", date=datetime(1899, 12, 31, tzinfo=UTC).date())
    ada.user_permissions.set(Permission.objects.all()[:3])
    for bar, close in zip(Bar.objects.all(), DIGITS, strict=False):
        Bar.objects.filter(pk=bar.pk).update(close=close)
    Snapshot.objects.update(report={"odd": ODD.replace("\x01", ""), "digits": DIGITS, "none": None})
    before = contents()

    round_trip(path)

    assert {table: rows for table, rows in contents().items() if rows != before[table]} == {}
    assert authenticate(username="ada", password="correct horse battery") == ada


def test_every_digit_is_kept_whatever_the_database_was_set_to(path: Path) -> None:
    bar = Bar.objects.all()[0]
    Bar.objects.filter(pk=bar.pk).update(close=0.1 + 0.2)
    with connection.cursor() as cursor:
        cursor.execute("SET extra_float_digits = 0")

    round_trip(path)

    with connection.cursor() as cursor:
        cursor.execute("RESET extra_float_digits")
    assert Bar.objects.get(pk=bar.pk).close == 0.1 + 0.2


def test_every_table_goes_on_counting(path: Path) -> None:
    round_trip(path)

    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES, [names()])
        for table, column, sequence in cursor.fetchall():
            statement = f'SELECT coalesce(max("{column}"), 0), nextval(%s) FROM "{table}"'  # noqa: S608 — names of ours
            cursor.execute(statement, [sequence])
            largest, following = cursor.fetchone()
            assert following > largest, table


def test_any_bit_that_turned_and_any_cut_is_a_sentence_and_nothing_is_touched(path: Path, tmp_path: Path) -> None:
    back_up(str(path), timezone.now())
    User.objects.create_user("eve")
    whole, damaged, dice = path.read_bytes(), tmp_path / "damaged.zip", random.Random(7)
    accepted = 0

    for number in range(60):
        changed = bytearray(whole)
        changed[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        damaged.write_bytes(changed if number % 3 else whole[: dice.randrange(len(whole))])
        try:
            restore(str(damaged), timezone.now(), replace=True, say=lambda _said: None)
            accepted += 1  # a bit nobody reads, as a date in the zip's own list
            User.objects.get_or_create(username="eve")
        except BackupError:
            assert User.objects.filter(username="eve").exists()

    assert accepted < 10


def test_columns_in_another_order_are_not_mixed_up(path: Path, tmp_path: Path) -> None:
    back_up(str(path), timezone.now())
    other = tmp_path / "other.zip"
    with ZipFile(path) as packed, ZipFile(other, "w") as written:
        manifest = Manifest.read(packed.read(NAME))
        for table in manifest.tables:
            written.writestr(table.path, packed.read(table.path))
        tables = [replace(table, columns=table.columns[::-1]) for table in manifest.tables]
        written.writestr(NAME, replace(manifest, tables=tables).written())

    with pytest.raises(BackupError, match=r"has other columns than manifest\.json says"):
        restore(str(other), timezone.now(), replace=True, say=print)


@pytest.mark.parametrize("foreign", [["pricing_bar"], []])
def test_tables_that_are_missing_are_noticed_before_anything_is_touched(
    path: Path, tmp_path: Path, foreign: list[str]
) -> None:
    back_up(str(path), timezone.now())
    other = tmp_path / "other.zip"
    with ZipFile(path) as packed, ZipFile(other, "w") as written:
        manifest = Manifest.read(packed.read(NAME))
        tables = [table for table in manifest.tables if table.name in foreign]
        written.writestr(NAME, replace(manifest, tables=tables).written())

    with pytest.raises(BackupError, match=r"Its tables are not those of its version \(auth_group,"):
        restore(str(other), timezone.now(), replace=True, say=print)

    assert Instrument.objects.exists()


def test_tables_of_a_newer_version_are_gone_so_that_it_can_make_them_again(path: Path) -> None:
    back_up(str(path), timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE monitoring_future (id int)")
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('monitoring', '0999_future', now())")

    restore(str(path), timezone.now(), replace=True, say=print)

    assert "monitoring_future" not in connection.introspection.table_names()
    assert Transaction.objects.exists()
