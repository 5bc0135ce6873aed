"""Measure against peers and limits, in a database of its own that is removed afterwards (docs/perf.md)."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from stocktracker.perf import engine, live, pages, payload, reading, rebuild, upstream, week, writing
from stocktracker.perf.timing import Measurement, Result, measure, multiple
from stocktracker.perf.upstream import Count
from stocktracker.perf.week import Week

ROWS: dict[str, Callable[[], Iterator[Measurement | Count | Week]]] = {
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
    "w": lambda: iter([week.week()]),
}
UNHURRIED = "-c statement_timeout=0"  # a large database is filled, and dropped


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", action="append", choices=list(ROWS), help="this row; may be given again")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        results = []
        for row in options["only"] or list(ROWS):
            for result in measured(row):
                results.append(result)
                if not options["json"]:
                    self.stdout.write(as_text(result))
        if options["json"]:
            self.stdout.write(json.dumps({"rows": [asdict(result) for result in results]}, indent=2))


def measured(row: str) -> Iterator[Result | Count | Week]:
    """In a database that is there for this row only."""
    settings, before = connection.settings_dict, connection.settings_dict["NAME"]
    named, settings["TEST"]["NAME"] = settings["TEST"]["NAME"], f"perf_{os.getpid()}"  # nobody else's
    options, settings["OPTIONS"] = settings["OPTIONS"], settings["OPTIONS"] | {"options": UNHURRIED}
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            for one in ROWS[row]():
                yield measure(one) if isinstance(one, Measurement) else one
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)
    finally:
        settings["TEST"]["NAME"], settings["OPTIONS"] = named, options


def as_text(result: Result | Count | Week) -> str:
    if isinstance(result, (Count, Week)):
        return str(result)
    peers = ", ".join(multiple(ratio, name) for name, ratio in result.peers.items())
    limit = multiple(result.limit_ratio, "the limit") if result.limit_ratio else ""
    parts = [f"{result.median_ms:,.2f} ms", peers, limit, f"aim {result.aim}: {'met' if result.met else 'not met'}"]
    return f"{result.row:>3}  {result.name}\n     " + "; ".join(filter(None, [*parts, result.note]))
