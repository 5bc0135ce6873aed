"""Print a portfolio's report for a period: what its value adds up from, its returns, its risk (docs/report.md)."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portfolios.accounting.entries import latest_date
from portfolios.cases.answers import answer, plain
from portfolios.cases.text import as_text
from portfolios.explanations import as_text as explanation_text
from portfolios.explanations import explain, names
from portfolios.figures import FIGURES, HOLDING
from portfolios.performance.selection import Selection
from portfolios.reports import ReportError, book_of, find_portfolio, period_of, report_of


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("portfolio", metavar="PORTFOLIO", help="its number or its name")
        parser.add_argument("--from", dest="start", type=date.fromisoformat, metavar="DATE", help="that evening")
        parser.add_argument("--to", dest="end", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--account", metavar="NAME", help="only this one")
        parser.add_argument("--symbol", help="only this one")
        parser.add_argument("--class", dest="group", metavar="CLASS", help="only instruments of it: EQUITY, ETF …")
        parser.add_argument("--explain", metavar="FIGURE", help="how it was computed; «all» for every figure")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            book = book_of(find_portfolio(options["portfolio"]))
            start, end = period_of(book, options["start"], options["end"], latest_date(timezone.now()))
            report = report_of(book, start, end, Selection(options["account"], options["symbol"], options["group"]))
        except ReportError as error:
            raise CommandError(str(error)) from error
        if options["explain"]:
            self._explain(answer(report), options["explain"], as_json=options["json"])
        elif options["json"]:
            self.stdout.write(json.dumps(answer(report), indent=2))
        else:
            self.stdout.write(as_text(report))

    def _explain(self, report: dict[str, Any], name: str, *, as_json: bool) -> None:
        known = names(report)
        if name != "all" and name not in known:
            of_holdings = ", ".join(f"SYMBOL.{figure}" for figure in HOLDING)
            raise CommandError(f"There is no figure «{name}». There are: {', '.join(FIGURES)}; {of_holdings}.")
        chosen = [explain(report, one) for one in (known if name == "all" else [name])]
        if as_json:
            self.stdout.write(json.dumps(plain(chosen), indent=2))
        else:
            self.stdout.write("\n\n".join(explanation_text(one) for one in chosen))
