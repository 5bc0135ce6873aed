"""Kill, stop and double everything while jobs run, on private servers, and count what was lost (docs/chaos.md)."""

import json
import logging
import os
import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from stocktracker.chaos import overhead, table
from stocktracker.chaos.effects import make_table
from stocktracker.chaos.faults import FAULTS, Fault
from stocktracker.chaos.private import inside, run_inside
from stocktracker.chaos.runs import Course, Outcome
from stocktracker.chaos.stack import SERVERS, Stack
from stocktracker.chaos.visitor import Visitor
from stocktracker.embedded.folder import Folder
from stocktracker.embedded.stopping import StopWish
from stocktracker.jobs.sending import send_in_background


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [fault.name for fault in FAULTS]
        parser.add_argument("--only", action="append", choices=names, help="this fault; may be given again")
        parser.add_argument("--short", action="store_true", help="one worker, short outages, faults without a pause")
        parser.add_argument("--plain", action="store_true", help="with plain Celery tasks beside, for comparison")
        parser.add_argument("--storm", type=float, metavar="SECONDS", help="faults at random instead of one by one")
        parser.add_argument("--seed", type=int, default=1, help="of the storm and of the work")
        parser.add_argument("--overhead", action="store_true", help="what rows cost, instead of faults")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = inside()
        if folder is None:
            sys.exit(run_inside(settings.BASE_DIR, ["chaos", *again(options)]))
        logging.getLogger("stocktracker.jobs").setLevel(logging.ERROR)  # a job that is not sent is the point
        with prepared(folder, options) as stack:
            good = self._costs(stack, options) if options["overhead"] else self._outcomes(stack, options)
        sys.exit(not good)

    def _outcomes(self, stack: Stack, options: dict[str, Any]) -> bool:
        outcomes = []
        for outcome in run(stack, options):
            outcomes.append(outcome)
            self.stderr.write(f"{outcome.fault}: {'good' if outcome.good else 'NOT GOOD'}")
        if options["json"]:
            rows = [asdict(outcome) | {"good": outcome.good} for outcome in outcomes]
            self.stdout.write(json.dumps({"outcomes": rows}, indent=2, default=sorted))
        else:
            self.stdout.write(table.outcomes(outcomes))
        return all(outcome.good for outcome in outcomes)

    def _costs(self, stack: Stack, options: dict[str, Any]) -> bool:
        costs = list(overhead.costs(stack, short=options["short"]))
        if options["json"]:
            self.stdout.write(json.dumps({"costs": [asdict(cost) for cost in costs]}, indent=2))
        else:
            self.stdout.write(table.costs(costs))
        return True


def again(options: dict[str, Any]) -> list[str]:
    """The same options as a command line."""
    flags = [f"--{name}" for name in ("short", "plain", "overhead", "json") if options[name]]
    chosen = [f"--only={name}" for name in options["only"] or ()]
    storm = [] if options["storm"] is None else [f"--storm={options['storm']}"]
    return [*flags, *chosen, *storm, f"--seed={options['seed']}"]


def chosen(options: dict[str, Any]) -> list[Fault]:
    if options["only"]:
        return [fault for fault in FAULTS if fault.name in options["only"]]
    return [fault for fault in FAULTS if not options["short"] or fault.short_seconds is not None]


@contextmanager
def prepared(folder: Folder, options: dict[str, Any]) -> Iterator[Stack]:
    """Servers that run, with the tables; everything ends with the block, and the folder goes."""
    plain = options["plain"] or options["overhead"]
    workers = 1 if options["short"] or options["overhead"] else 2
    wish = StopWish.from_signals()
    stack = Stack(folder, settings.BASE_DIR, os.environ, workers=workers, plain=plain, wish=wish)
    try:
        stack.start(*SERVERS)
        stack.release()
        make_table()
        yield stack
    finally:
        stack.close()
        shutil.rmtree(folder.path, ignore_errors=True)
        folder.leave()


def run(stack: Stack, options: dict[str, Any]) -> Iterator[Outcome]:
    """One by one, or (the short form) one upon the other and counted in the end; or a storm."""
    send_in_background()  # who asks here does it as a page does
    stack.start(*stack.names)
    visitor = Visitor(stack.address)
    visitor.start()
    course = Course(stack, visitor, short=options["short"], plain=options["plain"], seed=options["seed"])
    course.warm_up()
    faults = chosen(options)
    if options["storm"] is not None:
        yield course.outcome(course.storm(faults, options["storm"], options["seed"]))
    elif options["short"]:
        struck = [course.strike(fault) for fault in faults]
        yield from (course.outcome(one) for one in struck)
    else:
        yield from (course.outcome(course.strike(fault)) for fault in faults)
    visitor.end()
