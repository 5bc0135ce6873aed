"""Answers that are files."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.text import slugify

from portfolios.accounting.importers.native import FORMULA, QUOTE


def download(name: str, what: str, suffix: str = "csv") -> HttpResponse:
    """An empty one to write into; its name says of which portfolio it is."""
    file = f"{slugify(name) or 'portfolio'}-{what}.{suffix}"
    return HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{file}"'}
    )


def harmless(row: Iterable[object]) -> list[object]:
    """No text a spreadsheet would take for a formula: it gets a quote before it, as in the file of transactions."""
    return [QUOTE + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell for cell in row]
