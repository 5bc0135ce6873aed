"""Answers that are files."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.text import slugify

from portfolios.accounting.importers.native import FORMULA, QUOTE
from stocktracker.answers import csv_file


def download(name: str, what: str, text: str = "") -> HttpResponse:
    """With this text, or empty and to be written into; its name says of which portfolio it is."""
    return csv_file(f"{slugify(name) or 'portfolio'}-{what}.csv", text)


def harmless(row: Iterable[object]) -> list[object]:
    """No text a spreadsheet would take for a formula: it gets a quote before it, as in the file of transactions."""
    return [QUOTE + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell for cell in row]
