"""Measure against peers and limits, on databases and servers that are removed afterwards (docs/perf.md)."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from stocktracker.chaos.private import inside
from stocktracker.perf import comparing, rows, saving
from stocktracker.perf.load.plan import Clients, Plan
from stocktracker.perf.result import Result, as_text


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        plan = Plan()
        parser.add_argument("--only", action="append", choices=rows.NAMES, help="this row; may be given again")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--into", type=Path, metavar="FILE", help="writes the JSON there as well")
        parser.add_argument("--save", action="store_true", help="keeps the run, for --compare and the page of staff")
        parser.add_argument("--compare", metavar="BASE", help="a file of --json, «last», or the number of a saved run")
        parser.add_argument("--from", dest="measured", metavar="FILE", help="compares this file, and measures nothing")
        parser.add_argument("--seconds", type=float, default=plan.seconds, help="of row load, for each crowd")
        parser.add_argument(
            "--clients", type=Clients.read, nargs="+", default=plan.clients, metavar="N[@SECONDS]",
            help="of row load, one crowd each: so many without a pause, or each looking at a page for so long",
        )  # fmt: skip
        parser.add_argument("--holdings", type=int, default=plan.large, help="of row load's large portfolio")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.plan = Plan(options["seconds"], tuple(options["clients"]), options["holdings"])
        try:
            base = saving.read(options["compare"]) if options["compare"] else None
            run = saving.read(options["measured"]) if options["measured"] else self._run(options)
        except (saving.RunError, rows.RowError) as error:
            raise CommandError(str(error)) from error
        if options["save"]:
            self.stderr.write(f"Saved as run {saving.save(run).pk}.")
        if base is not None:
            sys.exit(self._judged(base, run, again=not options["measured"]))

    def _run(self, options: dict[str, Any]) -> saving.Run:
        silent = inside() is not None  # then the command that started this one tells
        run = saving.Run(timezone.now(), settings.VERSION, saving.machine(), [])
        for row in options["only"] or list(rows.ROWS):
            for result in rows.measured(row, self.plan):
                run.results.append(result)
                if not options["json"] and not silent:
                    self.stdout.write(as_text(result))
            if options["into"]:  # after each row: those after it may fail
                options["into"].write_text(run.as_json() + "\n")
        if options["json"] and not silent:
            self.stdout.write(run.as_json())
        return run

    def _judged(self, base: saving.Run, run: saving.Run, *, again: bool) -> int:
        """The exit status: 1 where something has become worse, and was so twice where it could be measured again."""
        results = run.results
        found = comparing.worse(base.results, results)
        if found and again:
            results = comparing.better_of(results, self._once_more(found))
            found = comparing.worse(base.results, results)
        self.stderr.write(f"Compared with {base.at:%Y-%m-%d %H:%M}, {base.version}, {base.machine}:")
        for row, name in comparing.gone(base.results, results):
            self.stderr.write(f"Row {row}, {name}: in the base, and not measured any more.")
        for one in found:
            self.stderr.write(str(one))
        if not found:
            self.stderr.write(f"Nothing is worse by more than {comparing.TOLERANCE:.0%}.")
        return int(bool(found))

    def _once_more(self, found: Iterable[comparing.Worse]) -> list[Result]:
        """A busy moment makes figures worse that are not: what fell is measured again."""
        again = sorted({one.key[0] for one in found})
        self.stderr.write(f"Worse at first, so measured once more: row {', '.join(again)}.")
        return [result for row in again for result in rows.measured(row, self.plan)]
