from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.db import connection

from portfolios import ledgers
from portfolios.models import Portfolio
from pricing import closes as kept_closes
from stocktracker.perf import engine, rebuild, rows
from stocktracker.perf.load.plan import Plan
from stocktracker.perf.result import Result
from stocktracker.perf.scenario import Size
from stocktracker.perf.timing import Measurement

SMALL = Size(3, 30, 1)
COUNT = Result("4", "counted", None, {"yf.download": 20.0}, None, "≤ 1", met=True, requests=1)


def broken() -> Iterator[Measurement]:
    yield rebuild.larger(SMALL, 1e6)
    raise ArithmeticError("a row that fails")


def databases() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'perf%'")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_rows_are_measured_in_a_database_of_their_own_and_it_is_removed_even_if_one_fails() -> None:
    mine, options = connection.settings_dict["NAME"], connection.settings_dict["OPTIONS"]
    small = {"4": lambda: iter([engine.measurement(SMALL), COUNT]), "5": broken}

    with patch.dict(rows.ROWS, small):
        timed, counted = rows.measured("4", Plan())
        with pytest.raises(ArithmeticError):
            list(rows.measured("5", Plan()))

    assert (timed.row, counted) == ("4", COUNT)
    assert (timed.median_ms or 0) > 0
    assert (connection.settings_dict["NAME"], connection.settings_dict["OPTIONS"]) == (mine, options)
    assert (databases(), Portfolio.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_no_row_meets_what_another_one_left_in_memory() -> None:
    found: list[object] = []

    def rebuilt() -> Iterator[Result]:
        portfolio = rebuild.Filled.of(SMALL).portfolios[0]  # number 1 of each database
        found.extend([ledgers.shelf.find(portfolio), len(kept_closes.shelf)])
        rebuild.rebuild(portfolio)
        yield COUNT

    with patch.dict(rows.ROWS, {"4": rebuilt}):
        assert [*rows.measured("4", Plan()), *rows.measured("4", Plan())] == [COUNT, COUNT]

    assert found == [None, 0, None, 0]
    assert len(kept_closes.shelf) > 0


def test_the_load_test_is_a_row_that_only_runs_when_it_is_asked_for() -> None:
    assert rows.LOAD in rows.NAMES
    assert rows.LOAD not in rows.ROWS
