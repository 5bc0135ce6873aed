"""What happened in a portfolio: the list, the file of it, and the form of one transaction."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portfolios import selectors
from portfolios.accounting.entries import LedgerError
from portfolios.exports import export
from portfolios.forms import HELP, TransactionForm
from portfolios.models import Transaction
from portfolios.services import transactions

from .owned import Page, UserRequest, form_page, mine, sent


@require_GET
@login_required
def activity(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk)
    found = selectors.activity(portfolio, request.GET.get("page"))
    return render(request, "portfolios/activity.html", {"portfolio": portfolio, "activity": found, "page": found.page})


@require_GET
@login_required
def activity_export(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk)
    name = slugify(portfolio.name) or "portfolio"
    return HttpResponse(
        export(portfolio),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-transactions.csv"'},
    )


@require_http_methods(["GET", "POST"])
@login_required
def transaction_new(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk)
    return _transaction_form(request, Transaction(portfolio=portfolio, date=timezone.localdate()))


@require_http_methods(["GET", "POST"])
@login_required
def transaction_edit(request: UserRequest, pk: int, transaction: int) -> Page:
    portfolio = mine(request, pk)
    return _transaction_form(request, get_object_or_404(portfolio.transactions, pk=transaction))


def _transaction_form(request: UserRequest, row: Transaction) -> Page:
    form, stored = TransactionForm(sent(request), instance=row), row.pk
    if form.is_valid():
        try:
            transactions.save_transaction(form.instance, form.cleaned_data["symbol"], request.user.pk)
        except LedgerError as error:
            form.add_error(None, _refusal(error, row))
            row.pk = stored  # what was taken back has no number
        except Transaction.DoesNotExist:
            raise Http404("It was deleted meanwhile.") from None
        else:
            messages.success(request, "Saved. The figures are being computed.")
            return redirect("dashboard", row.portfolio_id)
    return form_page(
        request,
        "portfolios/transaction_form.html",
        form,
        portfolio=row.portfolio,
        row=row,
        help=HELP,
        accounts=selectors.accounts_of(row.portfolio),
    )


def _refusal(error: LedgerError, row: Transaction) -> str:
    """Whether it is the one being saved that does not add up, or a sale that needs what it takes away."""
    own = error.label == str(row.pk)
    return f"This {error}" if own else f"This leaves a sale uncovered: the portfolio {error}"


@require_POST
@login_required
def transaction_delete(request: UserRequest, pk: int, transaction: int) -> Page:
    portfolio = mine(request, pk)
    row = get_object_or_404(portfolio.transactions, pk=transaction)
    try:
        transactions.delete_transaction(row)
    except LedgerError as error:
        messages.error(request, f"Not deleted, a sale needs it: without it the portfolio {error}")
    else:
        messages.success(request, "Deleted. The figures are being computed.")
    return redirect("activity", pk)
