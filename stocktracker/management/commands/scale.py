"""After-close pipelines over thousands of portfolios by 1, 2 and 4 workers, on private servers (docs/scaling.md)."""

import json
import os
import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from pricing.simulator.control import Market
from pricing.simulator.server import MarketServer
from stocktracker.chaos.private import inside, run_inside
from stocktracker.chaos.stack import SERVERS, Stack
from stocktracker.embedded.folder import Folder
from stocktracker.embedded.stopping import StopWish
from stocktracker.perf import scale


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--portfolios", type=int, default=scale.Size().portfolios)
        parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4], help="processes; one evening for each")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = inside()
        if folder is None:
            numbers = map(str, options["workers"])
            command = ["scale", f"--portfolios={options['portfolios']}", "--workers", *numbers]
            sys.exit(run_inside(settings.BASE_DIR, [*command, *(["--json"] if options["json"] else [])]))
        found = []
        with prepared(folder, max(options["workers"])) as (stack, market):
            sessions = scale.evenings(len(options["workers"]))
            scale.fill(replace(scale.Size(), portfolios=options["portfolios"]), sessions[0])
            self.stderr.write(scale.HEADER)
            for session, workers in zip(sessions, options["workers"], strict=True):
                found.append(scale.evening(stack, market, session, workers))
                self.stderr.write(str(found[-1]))
            sizes = scale.sizes()
        if options["json"]:
            self.stdout.write(json.dumps({"evenings": [asdict(one) for one in found], "bytes": sizes}, indent=2))
        else:
            self.stdout.write("Bytes a row: " + ", ".join(f"{name} {size:,.0f}" for name, size in sizes.items()))


@contextmanager
def prepared(folder: Folder, workers: int) -> Iterator[tuple[Stack, Market]]:
    """Servers with the tables, and a market; everything ends with the block, and the folder goes."""
    with MarketServer(Path(folder.path)) as market:
        own = {
            "YAHOO_PROXY": market.proxy,
            "YAHOO_CA_BUNDLE": str(market.authority.bundle),
            "WORKER_CONCURRENCY": "1",
            "UPSTREAM_PER_SECOND": "1000",
        }
        stack = Stack(
            folder, settings.BASE_DIR, {**os.environ, **own}, workers=workers, plain=False, wish=StopWish.from_signals()
        )
        try:
            stack.start(*SERVERS)
            stack.release()
            stack.start("beat")  # the sweep follows with what is not told at once
            yield stack, Market(market.proxy, market.authority.bundle)
        finally:
            stack.close()
            shutil.rmtree(folder.path, ignore_errors=True)
            folder.leave()
