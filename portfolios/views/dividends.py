"""Dividends the price source says were paid, and nobody has booked: book them, or say that they are none."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portfolios import selectors
from portfolios.accounting.entries import LedgerError
from portfolios.models import Portfolio, ProposedDividend
from portfolios.services import dividends
from stocktracker.sentences import said

from .owned import Page, UserRequest, editable
from .symbols import LONGEST_NUMBER


@require_GET
@login_required
def proposed_dividends(request: UserRequest, pk: int) -> Page:
    portfolio = editable(request, pk)
    context = {"portfolio": portfolio, "proposed": selectors.proposed_dividends(portfolio)}
    return render(request, "portfolios/dividends.html", context)


@require_POST
@login_required
def dividend_book(request: UserRequest, pk: int, dividend: int) -> Page:
    portfolio = editable(request, pk)
    return _booked(request, portfolio, [get_object_or_404(portfolio.proposed_dividends, pk=dividend).pk])


@require_POST
@login_required
def dividends_book(request: UserRequest, pk: int) -> Page:
    """Those that were on the page, and no others that came meanwhile."""
    portfolio = editable(request, pk)
    rows = [int(row) for row in request.POST.getlist("row") if row.isdecimal() and len(row) <= LONGEST_NUMBER]
    return _booked(request, portfolio, rows)


def _booked(request: UserRequest, portfolio: Portfolio, rows: list[int]) -> Page:
    try:
        booked = dividends.book_dividends(portfolio, rows, request.user.pk)
    except LedgerError as error:
        messages.error(request, _("Nothing was booked: the portfolio %(why)s") % {"why": said(error)})
    else:
        told = ngettext(
            "%(n)s dividend is booked. The figures are being computed.",
            "%(n)s dividends are booked. The figures are being computed.",
            booked,
        )
        messages.success(request, told % {"n": booked} if booked else _("Nothing was left to book."))
    return redirect("dividends", portfolio.pk)


@require_POST
@login_required
def dividend_dismiss(request: UserRequest, pk: int, dividend: int) -> Page:
    dividends.dismiss(_own(request, pk, dividend))
    return redirect("dividends", pk)


@require_POST
@login_required
def dividend_again(request: UserRequest, pk: int, dividend: int) -> Page:
    dividends.propose_again(_own(request, pk, dividend))
    return redirect("dividends", pk)


def _own(request: UserRequest, pk: int, dividend: int) -> ProposedDividend:
    return get_object_or_404(editable(request, pk).proposed_dividends, pk=dividend)
