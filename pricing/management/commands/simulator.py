"""Run the simulated market alone, without a database, until Ctrl-C: prices for another program (docs/simulator.md)."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        from pricing.simulator.standalone import add_arguments

        add_arguments(parser, settings.BASE_DIR / "var" / "simulator")

    def handle(self, *_args: Any, **options: Any) -> None:
        from pricing.simulator.server import MarketServer
        from pricing.simulator.standalone import Wanted, run

        def ready(server: MarketServer) -> None:
            self.stdout.write(f"YAHOO_PROXY={server.proxy}\nYAHOO_CA_BUNDLE={server.authority.bundle.resolve()}")
            self.stdout.flush()

        self.stdout.write(summary_text(run(Wanted.of(options), ready)))


def summary_text(asked: dict[str, int]) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(asked.items()))
    return f"\nRequests by kind: {kinds or 'none'}"
