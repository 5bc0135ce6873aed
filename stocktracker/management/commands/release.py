"""Make the database ready for this version: migrate, claim it for this market, and plan what is due."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pricing.services.source import MixedSourceError, claim_source
from stocktracker.timetable import plan


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """No options: a release is always whole."""

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        try:
            claim_source(settings.MARKET)
        except MixedSourceError as error:
            raise CommandError(str(error)) from error
        plan(timezone.now())
