"""The form of one transaction, new or changed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portfolios import selectors
from portfolios.accounting.entries import LedgerError
from portfolios.forms.transactions import HELP, TransactionForm
from portfolios.models import Transaction
from portfolios.services import transactions

from .activity import refusal
from .changes import tell_with_undo
from .owned import Page, UserRequest, editable, form_page, sent


@require_http_methods(["GET", "POST"])
@login_required
def transaction_new(request: UserRequest, pk: int) -> Page:
    portfolio = editable(request, pk)
    return _transaction_form(request, Transaction(portfolio=portfolio, date=timezone.localdate()))


@require_http_methods(["GET", "POST"])
@login_required
def transaction_edit(request: UserRequest, pk: int, transaction: int) -> Page:
    portfolio = editable(request, pk)
    return _transaction_form(request, get_object_or_404(portfolio.transactions, pk=transaction))


def _transaction_form(request: UserRequest, row: Transaction) -> Page:
    form, stored = TransactionForm(sent(request), instance=row), row.pk
    if form.is_valid():
        try:
            change = transactions.save_transaction(form.instance, form.cleaned_data["symbol"], request.user.pk)
        except LedgerError as error:
            form.add_error(None, refusal(error, row))
            row.pk = stored  # what was taken back has no number
        except Transaction.DoesNotExist:
            raise Http404(_("It was deleted meanwhile.")) from None
        else:
            tell_with_undo(request, _("Saved. The figures are being computed."), change)
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
