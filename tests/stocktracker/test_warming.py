from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.db import OperationalError, connections

from portfolios.models import Holding
from pricing import closes as kept
from pricing.market.bars import records
from pricing.models import Instrument
from pricing.packed import merge
from pricing.upstream.client import Bar
from stocktracker import warming
from stocktracker.jobs.models import Job
from stocktracker.warming import wake_up, warm, warm_before_forking

pytestmark = pytest.mark.django_db

Held = Callable[..., Holding]


@pytest.fixture(autouse=True)
def cold() -> None:
    kept.shelf.clear()


def priced(symbol: str) -> Instrument:
    from datetime import date

    instrument = Instrument.objects.create(symbol=symbol)
    merge(records(instrument.pk, [Bar(date(2026, 11, 20), 1, 1, 1, 1, 1, 1)]))
    return instrument


def test_what_is_held_is_in_memory_before_anybody_asks(held: Held) -> None:
    mine, nobodys = priced("KO"), priced("PEP")
    held(mine)

    assert warm() == 1

    assert kept.shelf.get((mine.pk, 0, "closes")) is not None
    assert kept.shelf.get((nobodys.pk, 0, "closes")) is None


def test_it_is_bounded_and_takes_the_most_wanted(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "MOST", 2)
    for symbol in ("KO", "PEP", "PG"):
        held(priced(symbol))

    assert warm() == 2
    assert len(kept.shelf) == 2


@pytest.mark.django_db(transaction=True)
def test_the_children_of_a_worker_share_no_connection_and_a_missing_database_stops_nobody() -> None:
    warm_before_forking()
    closed = connections["default"].connection is None
    with patch.object(warming, "warm", side_effect=OperationalError("no database")):
        warm_before_forking()

    assert closed


@pytest.mark.django_db(transaction=True)
def test_of_all_workers_that_start_one_looks_around_and_no_connection_is_left() -> None:
    wake_up()
    closed = connections["default"].connection is None
    wake_up()

    assert closed
    assert list(Job.objects.values_list("kind", flat=True)) == ["stocktracker.wake_up"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_starts_without_its_database() -> None:
    with patch.object(warming, "enqueue", side_effect=OperationalError("no database")):
        wake_up()

    assert Job.objects.count() == 0
