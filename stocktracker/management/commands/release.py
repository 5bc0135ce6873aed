"""Make the database ready for this version: migrate, claim it for this market, and plan what is due."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pricing.services.source import MixedSourceError
from stocktracker.releasing import ReleaseError, release

PATIENCE = 900  # seconds another release may take


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--wait", type=int, default=PATIENCE, metavar="SECONDS", help="for a release that is under way already"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            release(timezone.now(), wait_seconds=options["wait"], verbosity=options["verbosity"])
        except (ReleaseError, MixedSourceError) as error:
            raise CommandError(str(error)) from error
