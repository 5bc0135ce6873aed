"""Bring back what `backup` has written, onto an empty database or instead of what is there (docs/operations.md)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from stocktracker.backup.manifest import BackupError


class Command(BaseCommand):
    help = __doc__ or ""
    requires_migrations_checks = False  # an empty database has none of them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.zip")
        parser.add_argument("--replace", action="store_true", help="what the database holds is deleted")

    def handle(self, *_args: Any, **options: Any) -> None:
        from stocktracker.backup.restoring import restore

        try:
            restored = restore(options["file"], timezone.now(), replace=options["replace"], say=self.stdout.write)
        except BackupError as error:
            raise CommandError(f"{error}\nNothing was changed.") from error
        self.stdout.write(f"Everything is back: {restored.manifest.rows:,} rows.")
        if restored.histories:
            self.stdout.write(f"{restored.histories} histories will be fetched again, as fast as the source allows.")
        if restored.rebuilds:
            self.stdout.write(f"{restored.rebuilds} portfolios will be rebuilt. Until then their pages show what was.")
        self.stdout.write("Start web, worker and beat. Everybody has to sign in again.")
