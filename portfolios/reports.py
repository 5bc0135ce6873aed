"""A portfolio's report from the database: the inputs every rebuild has, any period, any part. For workers."""

from __future__ import annotations

from datetime import date

from .accounting.entries import LedgerError
from .inputs import read_inputs
from .models import Portfolio
from .performance.book import Book
from .performance.report import Report, report
from .performance.selection import EVERYTHING, Selection


class ReportError(Exception):
    """Why there is no report, as a sentence."""


def find_portfolio(name: str) -> Portfolio:
    """By its number or its name. Raises ReportError."""
    found = Portfolio.objects.select_related("benchmark").prefetch_related("more_benchmarks")
    rows = list(found.filter(pk=int(name)) if name.isdigit() else found.filter(name=name))
    if len(rows) == 1:
        return rows[0]
    known = ", ".join(f"{row.pk} ({row.name})" for row in rows or found.order_by("pk")[:20])
    if rows:
        raise ReportError(f"Several portfolios are called «{name}»; say which number: {known}.")
    raise ReportError(f"There is no portfolio «{name}». There are: {known or 'none'}.")


def book_of(portfolio: Portfolio) -> Book:
    """Raises ReportError where there is nothing to report on, or no exchange rate yet."""
    inputs = read_inputs(portfolio)
    if not inputs.entries:
        raise ReportError(f"«{portfolio}» has no transactions.")
    if inputs.missing_rates:
        raise ReportError(f"The exchange rates {', '.join(inputs.missing_rates)} have not been fetched yet.")
    return inputs.book


def period_of(book: Book, start: date | None, end: date | None, today: date) -> tuple[date, date]:
    """As asked, or from the evening before the first transaction to the last session."""
    begin, finish = start or book.first_eve(), end or book.last_day(today)
    if finish > today:
        raise ReportError(f"The period ends on {finish}, which is still to come.")
    if finish < begin:
        raise ReportError(f"The period ends on {finish}, before it starts on {begin}.")
    return begin, finish


def report_of(book: Book, start: date, end: date, chosen: Selection = EVERYTHING) -> Report:
    """Raises ReportError."""
    listed = book.listed.values()
    _check("account", chosen.account, {entry.account for entry in book.entries})
    _check("symbol", chosen.symbol, {row.symbol for row in listed})
    _check("class", chosen.group, {row.group for row in listed})
    try:
        return report(book, start, end, chosen)
    except LedgerError as error:
        raise ReportError(f"Transaction {error.label} {error}") from error


def _check(what: str, name: str | None, known: set[str]) -> None:
    if name is not None and name not in known:
        there = ", ".join(f"«{own}»" for own in sorted(known))
        raise ReportError(f"There is no {what} «{name}». There are: {there}.")
