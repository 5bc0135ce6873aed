"""What happened in a portfolio: the list, filtered; the file of it; and a row edited in its place."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portfolios.accounting.entries import LedgerError
from portfolios.exports import export
from portfolios.forms.activity import FilterForm, RowForm
from portfolios.models import Portfolio, Transaction
from portfolios.pages.activity import activity as read
from portfolios.pages.activity import choices, transactions_of
from portfolios.services import transactions
from stocktracker.sentences import said

from .changes import tell_with_undo
from .files import download
from .owned import UNPROCESSABLE, Page, UserRequest, mine, sent

LIST = "portfolios/_activity_list.html"


@require_GET
@login_required
def activity(request: UserRequest, pk: int) -> Page:
    return render(request, "portfolios/activity.html", _listed(mine(request, pk), request.GET))


def _listed(portfolio: Portfolio, query: QueryDict) -> dict[str, Any]:
    form = FilterForm(query, known=choices(portfolio))
    found = read(portfolio, form.wanted, query.get("page"))
    chosen = urlencode(form.query)
    return {"portfolio": portfolio, "activity": found, "page": found.page, "form": form, "query": chosen}


@require_GET
@login_required
def activity_export(request: UserRequest, pk: int) -> Page:
    """What the page shows, whatever its order."""
    portfolio = mine(request, pk)
    wanted = FilterForm(request.GET, known=choices(portfolio)).wanted
    return download(portfolio.title, "transactions", export(transactions_of(portfolio, wanted)))


@require_http_methods(["GET", "POST"])
@login_required
def transaction_row(request: UserRequest, pk: int, transaction: int) -> Page:
    """The row as a form, in the list; without JavaScript nobody comes here. `shown`: the row as it was."""
    row = _own(request, pk, transaction)
    if not request.headers.get("HX-Request"):
        return redirect("transaction-edit", pk, transaction)
    if "shown" in request.GET:
        seen = _looked_at(request, row.portfolio)
        return render(request, "portfolios/_activity_row.html", {"portfolio": seen, "row": row})
    form = RowForm(sent(request), instance=row)
    if form.is_valid():
        try:
            change = transactions.save_transaction(row, form.cleaned_data["symbol"], request.user.pk)
        except LedgerError as error:
            form.add_error(None, refusal(error, row))
        except Transaction.DoesNotExist:
            raise Http404(_("It was deleted meanwhile.")) from None
        else:
            tell_with_undo(request, _("Saved. The figures are being computed."), change)
            return _list_again(request, row.portfolio)
    context = {"portfolio": row.portfolio, "row": row, "form": form}
    return render(request, "portfolios/_activity_edit.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@login_required
def transaction_delete(request: UserRequest, pk: int, transaction: int) -> Page:
    row = _own(request, pk, transaction)
    try:
        change = transactions.delete_transaction(row, request.user.pk)
    except LedgerError as error:
        messages.error(
            request, _("Not deleted, a sale needs it: without it the portfolio %(why)s") % {"why": said(error)}
        )
    except Transaction.DoesNotExist:
        raise Http404(_("It was deleted meanwhile.")) from None
    else:
        tell_with_undo(request, _("Deleted. The figures are being computed."), change)
    return _list_again(request, row.portfolio) if request.headers.get("HX-Request") else redirect("activity", pk)


def _own(request: UserRequest, pk: int, transaction: int) -> Transaction:
    portfolio = mine(request, pk)
    row = get_object_or_404(portfolio.transactions.select_related("instrument"), pk=transaction)
    row.portfolio = portfolio
    return row


def _list_again(request: UserRequest, portfolio: Portfolio) -> Page:
    """The whole list, as the page the request came from shows it: a change may move a row, and changes the sums."""
    shown = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    answer = render(request, LIST, _listed(_looked_at(request, portfolio), shown) | {"is_part": True})
    answer["HX-Retarget"], answer["HX-Reswap"] = "#activity-list", "outerHTML"
    return answer


def _looked_at(request: UserRequest, portfolio: Portfolio) -> Portfolio:
    """Whose list the request came from: the row may be shown in that of all portfolios."""
    try:
        page = resolve(urlsplit(request.headers.get("HX-Current-URL", "")).path)
    except Resolver404:
        return portfolio
    if page.url_name != "activity" or page.kwargs["pk"] == portfolio.pk:
        return portfolio
    return request.user.portfolios.filter(pk=page.kwargs["pk"], is_combined=True).first() or portfolio


def refusal(error: LedgerError, row: Transaction) -> str:
    """Whether it is the one being saved that does not add up, or a sale that needs what it takes away."""
    if error.label == str(row.pk):
        return _("This %(why)s") % {"why": said(error)}
    return _("This leaves a sale uncovered: the portfolio %(why)s") % {"why": said(error)}
