"""Import closes, dividends or splits from a CSV file, for what the price source does not have (docs/market-data.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F
from django.utils import timezone


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", type=Path, nargs="?")
        what.add_argument("--forget", metavar="SYMBOL", help="drop what files said of it, and ask the price source")
        parser.add_argument("--as-traded", action="store_true", help="prices are as paid then, not split-adjusted")
        parser.add_argument("--currency", default="", help="of what the file names no currency for, like USD")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.stdout.write(_forget(options["forget"]) if options["forget"] is not None else self._import(options))

    def _import(self, options: dict[str, Any]) -> str:
        from charts.services.waking import request_strategies
        from portfolios.services.rebuilds import request_rebuilds
        from pricing.services.market_data import ImportProblemsError, import_market_data

        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        try:
            with transaction.atomic():  # prices without the rebuilds they ask for would never be noticed
                done = import_market_data(
                    content, timezone.now(), as_traded=options["as_traded"], currency=options["currency"]
                )
                rebuilds = request_rebuilds(done.changed)
                request_strategies(done.changed)
        except ImportProblemsError as problems:
            raise CommandError(f"{problems}\nNothing was stored.") from problems
        read = _counted(done.rows, done.kind.name.lower().removesuffix("s"))
        said = f"Read {read} of {', '.join(done.symbols)}: {len(done.changed)} changed, {_asked(rebuilds)}."
        if options["as_traded"] and done.stored_before:
            were, are = ("was", "is") if done.stored_before == 1 else ("were", "are")
            said += f" {_counted(done.stored_before, 'split')} {were} stored before and {are} not applied again."
        return said


def _forget(symbol: str) -> str:
    from portfolios.dependencies import dependents
    from portfolios.models import Portfolio
    from portfolios.services.rebuilds import request_rebuilds
    from pricing.services.forgetting import NotFromFilesError, forget

    try:
        with transaction.atomic():
            forgotten = forget(symbol)
            # With its currency a rate is forgotten: a sum of revisions could become smaller, a ledger's cannot.
            depending = dependents([forgotten.pk]).values("pk")
            Portfolio.objects.filter(pk__in=depending).update(ledger_revision=F("ledger_revision") + 1)
            rebuilds = request_rebuilds([forgotten.pk])
    except NotFromFilesError as error:
        raise CommandError(str(error)) from error
    return f"{forgotten} is forgotten, and asked of the price source; {_asked(rebuilds)}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _asked(rebuilds: int) -> str:
    """Of rebuilds that are jobs now, and done later."""
    return f"{_counted(rebuilds, 'portfolio')} will be rebuilt"
