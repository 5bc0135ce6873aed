"""Every row of docs/perf.md, and how it is measured: in a database, or on servers, that are there for it only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from portfolios import ledgers
from pricing import closes as kept_closes
from stocktracker.chaos.private import inside, run_inside
from stocktracker.embedded.folder import Folder

from . import (
    backtests,
    counting,
    efficiency,
    engine,
    live,
    pages,
    payload,
    reading,
    rebuild,
    saving,
    upstream,
    week,
    writing,
)
from .load import asking
from .load import row as load
from .load.plan import Plan
from .load.stage import StageError
from .result import Result
from .timing import Measurement, measure

ROWS: dict[str, Callable[[], Iterator[Measurement | Result]]] = {
    "1": reading.measurements,
    "2": lambda: iter([writing.histories()]),
    "3": lambda: iter([writing.one_day()]),
    "4": lambda: iter([engine.measurement()]),
    "5": lambda: iter([rebuild.measurement()]),
    "5a": lambda: (rebuild.larger(size, aim) for size, aim in rebuild.LARGER),
    "5b": lambda: (rebuild.larger(size, aim, edited=True) for size, aim in rebuild.LARGER),
    "6": lambda: iter([live.measurement()]),
    "7": pages.measurements,
    "8": lambda: iter([payload.measurement()]),
    "9": upstream.counts,
    "b": backtests.measurements,
    "e": efficiency.results,
    "m": counting.results,
    "w": lambda: iter(week.week().results()),
}
LOAD = "load"
# On servers of their own, and only when they are asked for: one takes minutes, the other half of one.
PRIVATE: dict[str, Callable[[Folder, Plan], Iterator[Result]]] = {LOAD: load.results, "ask": asking.results}
NAMES = [*ROWS, *PRIVATE]
UNHURRIED = "-c statement_timeout=0"  # a large database is filled, and dropped


class RowError(Exception):
    """Why a row could not be measured, as a sentence."""


def measured(row: str, plan: Plan) -> Iterator[Result]:
    if row in PRIVATE:
        yield from _on_private_servers(row, plan)
        return
    with _own_database():
        for one in ROWS[row]():
            yield measure(one) if isinstance(one, Measurement) else one


@contextmanager
def _own_database() -> Iterator[None]:
    """That is there for this row only; what memory keeps is of another row's, and of the same numbers."""
    ledgers.shelf.clear()
    kept_closes.shelf.clear()
    settings_, before = connection.settings_dict, connection.settings_dict["NAME"]
    named, settings_["TEST"]["NAME"] = settings_["TEST"]["NAME"], f"perf_{os.getpid()}"  # nobody else's
    options, settings_["OPTIONS"] = settings_["OPTIONS"], settings_["OPTIONS"] | {"options": UNHURRIED}
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)
    finally:
        settings_["TEST"]["NAME"], settings_["OPTIONS"] = named, options


def _on_private_servers(row: str, plan: Plan) -> Iterator[Result]:
    """The command starts itself again, where servers are its own, and writes what it found into a file."""
    folder = inside()
    if folder is not None:
        try:
            yield from PRIVATE[row](folder, plan)
        except StageError as error:
            raise RowError(str(error)) from error
        return
    with tempfile.TemporaryDirectory() as own:
        into = Path(own, "figures.json")
        asked = ["perf", f"--only={row}", f"--into={into}", *plan.options()]
        if run_inside(settings.BASE_DIR, asked) or not into.exists():
            raise RowError(f"Row {row} ended without figures; what stopped it is said above.")
        yield from saving.read(str(into)).results
