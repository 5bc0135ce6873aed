"""Look at the configuration and at what it names, and say what is wrong and how to mend it (docs/operations.md)."""

import json
import os
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from stocktracker.config.everything import everything
from stocktracker.config.findings import Level


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--mail", metavar="ADDRESS", default="", help="send a test mail there")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = []
        for finding in everything(os.environ, mail_to=options["mail"]):
            found.append(finding)
            if not options["json"]:
                self.stdout.write(str(finding))
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in found], indent=2))
        if any(finding.level is Level.ERROR for finding in found):
            sys.exit(1)
