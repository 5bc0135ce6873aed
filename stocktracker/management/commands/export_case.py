"""Write a portfolio with all its prices as one JSON case, which `evaluate` computes again without the database."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portfolios.accounting.entries import latest_date
from portfolios.cases.writing import write_case
from portfolios.reports import ReportError, book_of, find_portfolio, period_of


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("portfolio", metavar="PORTFOLIO", help="its number or its name")
        parser.add_argument("--from", dest="start", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--to", dest="end", type=date.fromisoformat, metavar="DATE")
        parser.add_argument(
            "--anonymise", action="store_true", help="other names, and other amounts that give the same percentages"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            book = book_of(find_portfolio(options["portfolio"]))
            start, end = period_of(book, options["start"], options["end"], latest_date(timezone.now()))
        except ReportError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(write_case(book, start, end, anonymise=options["anonymise"])))
