"""Compute the reports of case files (docs/report.md), from the files alone: no database, no market."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portfolios.cases.evaluation import evaluate
from portfolios.cases.rows import CaseError


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="CASE.json")
        parser.add_argument("--json", action="store_true", help="in one line, for programs")

    def handle(self, *_args: Any, **options: Any) -> None:
        answers = [self._evaluate(Path(name)) for name in options["files"]]
        self.stdout.write(json.dumps(answers, allow_nan=False, indent=None if options["json"] else 2))
        if any("error" in answer for answer in answers):
            sys.exit(1)

    def _evaluate(self, path: Path) -> dict[str, Any]:
        """The report; a case that cannot be computed keeps its place, with the reason."""
        try:
            return evaluate(path.read_text(encoding="utf-8-sig"))
        except CaseError as error:
            problem = str(error)
        except OSError as error:
            problem = f"{path.name} cannot be read: {error.strerror}."
        except UnicodeDecodeError:
            problem = f"{path.name} is not UTF-8."
        self.stderr.write(f"{path}: {problem}")
        return {"error": problem}
