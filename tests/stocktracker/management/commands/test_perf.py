import json
from collections.abc import Iterator
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connection

from portfolios.models import Portfolio
from stocktracker.management.commands import perf
from stocktracker.perf import engine, rebuild
from stocktracker.perf.scenario import Size
from stocktracker.perf.timing import Measurement

SMALL = Size(3, 30, 1)


def broken() -> Iterator[Measurement]:
    yield rebuild.larger(SMALL, 1e6)
    raise ArithmeticError("a row that fails")


def databases() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'perf%'")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_rows_are_measured_in_a_database_of_their_own_and_it_is_removed_even_if_one_fails() -> None:
    said, mine = StringIO(), connection.settings_dict["NAME"]
    small = {"4": lambda: iter([engine.measurement(SMALL)]), "5": broken}

    with patch.object(perf, "ROWS", {**perf.ROWS, **small}):
        call_command("perf", "--only", "4", "--json", stdout=said)
        with pytest.raises(ArithmeticError):
            call_command("perf", "--only", "5", stdout=StringIO())

    [row] = json.loads(said.getvalue())["rows"]
    assert set(row) >= {"row", "name", "median_ms", "peers", "limit_ratio", "aim", "met"}
    assert (connection.settings_dict["NAME"], databases(), Portfolio.objects.count()) == (mine, [], 0)
