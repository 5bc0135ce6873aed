"""Run the backtests of request files (docs/backtests.md) with the prices there are, and print their results."""

import gzip
import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand
from django.utils import timezone

from charts.backtests.request import Fault, RequestError, as_data, read
from charts.backtests.rules import Request, Untraded
from charts.services.asking import basis_of, of_portfolio
from charts.services.computing import HopelessError, computed_of
from portfolios.accounting.entries import latest_date
from portfolios.accounting.sentences import Sentence
from portfolios.models import Portfolio
from pricing.services.instruments import ensure_instruments

STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE.json", help="- is the standard input")
        parser.add_argument("--json", action="store_true", help="in one line, for programs")

    def handle(self, *_args: Any, **options: Any) -> None:
        today = latest_date(timezone.now())
        answers = [self._answer(name, today) for name in options["files"]]
        self.stdout.write(json.dumps(answers, allow_nan=False, indent=None if options["json"] else 2))
        if any("error" in answer for answer in answers):
            sys.exit(1)

    def _answer(self, name: str, today: date) -> dict[str, Any]:
        """The result; a file that gives none keeps its place, with the reason."""
        try:
            return _computed(read(_json(name)), today)
        except RequestError as error:
            faults = [{"path": fault.path, "message": str(fault.sentence)} for fault in error.faults]
            problem: dict[str, Any] = {"error": str(error), "faults": faults}
        except HopelessError as error:
            problem = {"error": str(error), "faults": [{"path": error.path, "message": str(error)}]}
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            problem = {"error": f"{name} cannot be read: {error}."}
        self.stderr.write(f"{name}: {problem['error']}")
        return problem


def _json(name: str) -> Any:
    if name == STANDARD_INPUT:
        return json.load(sys.stdin)
    return json.loads(Path(name).read_text(encoding="utf-8-sig"))


def _computed(request: Request, today: date) -> dict[str, Any]:
    """Raises HopelessError; what is missing is asked for, of the workers."""
    if isinstance(request.strategy, Untraded):
        request = of_portfolio(request, request.strategy, _portfolio(request.strategy.portfolio))
    basis = basis_of(request)
    if basis.missing:
        ensure_instruments(basis.missing, named_by_a_person=True)
        waited = ", ".join(basis.missing)
        return {"error": f"The workers were asked for the prices of {waited}. Run this again when they have come."}
    computed = computed_of(request, basis, today)
    return {
        "request": as_data(request),
        "revisions": computed.basis.revisions,
        "timings": dict(computed.timings),
        "layers": dict(computed.layers),
        "report": computed.report,
        "trades": orjson.loads(gzip.decompress(computed.trades)),
    }


def _portfolio(pk: int) -> Portfolio:
    """Anybody's: whoever may run commands may read the database."""
    found = Portfolio.objects.filter(pk=pk).first()
    if found is None:
        raise RequestError([Fault("strategy.portfolio", Sentence("There is no portfolio {number}.", number=pk))])
    return found
