"""Write everything that is stored into one file, which `restore` brings back on any machine (docs/operations.md)."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from stocktracker.backup.files import STDOUT
from stocktracker.backup.manifest import BackupError
from stocktracker.backup.writing import back_up


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.zip", help="where to; - is the standard output")
        parser.add_argument(
            "--without-prices", action="store_true", help="leave out what the price source can give again"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        target = options["file"]
        if target == STDOUT and sys.stdout.isatty():
            raise CommandError("A backup is no text for a terminal: name a file, or send it on with a pipe.")
        try:
            manifest = back_up(target, timezone.now(), with_prices=not options["without_prices"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        if target != STDOUT:
            size = Path(target).stat().st_size / 1e6
            self.stdout.write(f"{target}: {manifest.rows:,} rows of {len(manifest.tables)} tables, {size:.1f} MB.")
