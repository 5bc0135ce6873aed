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
from stocktracker.perf.timing import Measurement, Result
from stocktracker.perf.upstream import Count

SMALL = Size(3, 30, 1)
COUNT = Count("9", "quotes of 20 symbols, warm", 1, {"yf.download": 20.0}, {"yf.download": 20}, "≤ 1", met=True)


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
    small = {"4": lambda: iter([engine.measurement(SMALL), COUNT]), "5": broken}

    with patch.object(perf, "ROWS", {**perf.ROWS, **small}):
        call_command("perf", "--only", "4", "--json", stdout=said)
        with pytest.raises(ArithmeticError):
            call_command("perf", "--only", "5", stdout=StringIO())

    [row, count] = json.loads(said.getvalue())["rows"]
    assert set(row) >= {"row", "name", "median_ms", "peers", "limit_ratio", "aim", "met"}
    assert (count["row"], count["requests"], count["peers"], count["met"]) == ("9", 1, {"yf.download": 20.0}, True)
    assert (connection.settings_dict["NAME"], databases(), Portfolio.objects.count()) == (mine, [], 0)


def test_rows_are_told_in_words_timings_and_counts() -> None:
    timing = Result("4", "engine", 1.5, {"pandas": 120.0}, 2.04, "≥ 90 × pandas", met=True)

    assert perf.as_text(timing) == "  4  engine\n     1.50 ms; 120 × pandas; 2.0 × the limit; aim ≥ 90 × pandas: met"
    assert perf.as_text(COUNT) == "  9  quotes of 20 symbols, warm\n     1 request; 20 × yf.download (20); aim ≤ 1: met"
