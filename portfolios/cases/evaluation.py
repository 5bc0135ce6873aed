"""From the text of a case to the answer: the same engine as every page, without a database."""

from __future__ import annotations

from typing import Any

from portfolios.accounting.entries import LedgerError
from portfolios.performance.report import report

from .answers import answer
from .reading import read_case
from .rows import CaseError


def evaluate(text: str) -> dict[str, Any]:
    """The report as plain values for JSON. Raises CaseError, also where the ledger is impossible."""
    case = read_case(text)
    try:
        return answer(report(case.book, case.start, case.end))
    except LedgerError as error:
        raise CaseError(f"{error.label} {error}") from error
