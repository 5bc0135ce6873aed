from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import Settings

from stocktracker.metrics import reading, statements
from stocktracker.metrics.recording import recorder
from stocktracker.metrics.series import SLOW
from stocktracker.metrics.tally import begin

pytestmark = pytest.mark.django_db


def test_every_statement_is_counted_and_timed() -> None:
    tally = begin()

    list(User.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.02)")

    assert tally.statements == 2
    assert 0.02 <= tally.database_seconds < 2


def test_a_connection_that_is_made_again_counts_once() -> None:
    statements.watch(connection)

    assert connection.execute_wrappers.count(statements.measured) == 1


def test_a_slow_statement_is_kept_without_its_values(settings: Settings) -> None:
    settings.SLOW_STATEMENT_SECONDS = 0.0
    statements._told.clear()

    for names in (["ada", "bob"], ["carol"]):
        list(User.objects.filter(username__in=names))
    recorder.flush()

    numbers, texts = reading.last(timedelta(minutes=1), datetime.now(UTC)), reading.texts()
    slow = {texts[digest]: numbers.timing(SLOW, digest).count for (digest,) in numbers.labels(SLOW)}
    (text,) = slow
    assert slow[text] == 2, "one statement, however many values there are"
    assert text.endswith("IN (…)")
    assert "ada" not in text


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("SELECT 'O''Brien',  1.5\n FROM a WHERE b = %s", "SELECT …, … FROM a WHERE b = %s"),
        ('SELECT T3."id" FROM "day_30" T3 LIMIT 21 OFFSET 40', 'SELECT T3."id" FROM "day_30" T3 LIMIT … OFFSET …'),
        ("INSERT INTO a VALUES (%s, %s), (%s, %s)", "INSERT INTO a VALUES (…)"),
        ('SAVEPOINT "s140_x12"', 'SAVEPOINT "…"'),
        ("SET statement_timeout = '20s'", "SET statement_timeout = …"),
    ],
)
def test_values_that_are_written_in_a_statement_are_left_out(sql: str, text: str) -> None:
    assert statements.without_values(sql) == text


def test_a_quick_one_is_not_kept(settings: Settings) -> None:
    settings.SLOW_STATEMENT_SECONDS = 10.0

    User.objects.count()
    recorder.flush()

    assert reading.last(timedelta(minutes=1), datetime.now(UTC)).labels(SLOW) == []


def test_a_failing_statement_is_counted_too() -> None:
    tally = begin()

    with pytest.raises(Exception, match="nowhere"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere")

    assert tally.statements == 1
