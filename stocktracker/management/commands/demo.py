"""Load the demo: user demo / demo and a portfolio of ten years, on simulated prices only."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """No options: what is loaded is the same for everybody."""

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.MARKET != "simulated":
            raise CommandError("The demo lives on simulated prices only: start without --live.")
        from portfolios.services.demo import load_demo

        portfolio = load_demo(timezone.now().date())
        self.stdout.write(f"Loaded «{portfolio}»." if portfolio else "The demo is loaded already.")
