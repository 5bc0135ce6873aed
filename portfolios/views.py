"""Pages of the portfolios app: each reads the request, calls one thing and answers."""

from __future__ import annotations

from typing import TypeAlias

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from stocktracker.jobs.selectors import portfolio_jobs

from . import selectors
from .accounting.entries import LedgerError
from .forms import PortfolioForm, TransactionForm, UploadForm
from .models import ImportBatch, Portfolio, Transaction
from .services import imports, portfolios, prices, transactions

ROWS_A_PAGE = 100
UNPROCESSABLE = 422  # the form comes back with its errors


class UserRequest(HttpRequest):
    """What @login_required makes of a request."""

    user: User


Page: TypeAlias = HttpResponse


def _mine(request: UserRequest, pk: int) -> Portfolio:
    """Every object is reached through its owner; another's does not exist."""
    return get_object_or_404(request.user.portfolios, pk=pk)


@require_GET
@login_required
def home(request: UserRequest) -> Page:
    first = request.user.portfolios.first()
    return redirect("dashboard", first.pk) if first else redirect("portfolio-new")


@require_GET
@login_required
def dashboard(request: UserRequest, pk: int) -> Page:
    mine = selectors.portfolios_of(request.user)
    portfolio = next((row for row in mine if row.pk == pk), None) or _mine(request, pk)
    page = selectors.dashboard(portfolio, mine, timezone.now())
    return render(request, "portfolios/dashboard.html", {"page": page, "portfolio": portfolio})


@require_http_methods(["GET", "POST"])
@login_required
def portfolio_new(request: UserRequest) -> Page:
    form = PortfolioForm(_sent(request))
    if form.is_valid():
        portfolio = portfolios.create_portfolio(request.user, **form.cleaned_data)
        return redirect("dashboard", portfolio.pk)
    return render(request, "portfolios/portfolio_form.html", {"form": form}, status=_status(form))


@require_GET
@login_required
def activity(request: UserRequest, pk: int) -> Page:
    portfolio = _mine(request, pk)
    rows = portfolio.transactions.select_related("instrument").order_by("-date", "-pk")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "portfolios/activity.html", {"portfolio": portfolio, "page": page})


@require_http_methods(["GET", "POST"])
@login_required
def transaction_new(request: UserRequest, pk: int) -> Page:
    portfolio = _mine(request, pk)
    return _transaction_form(request, Transaction(portfolio=portfolio, date=timezone.localdate()))


@require_http_methods(["GET", "POST"])
@login_required
def transaction_edit(request: UserRequest, pk: int, transaction: int) -> Page:
    portfolio = _mine(request, pk)
    return _transaction_form(request, get_object_or_404(portfolio.transactions, pk=transaction))


def _transaction_form(request: UserRequest, row: Transaction) -> Page:
    form, stored = TransactionForm(_sent(request), instance=row), row.pk
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
    context = {"form": form, "portfolio": row.portfolio, "row": row}
    return render(request, "portfolios/transaction_form.html", context, status=_status(form))


def _refusal(error: LedgerError, row: Transaction) -> str:
    """Whether it is the one being saved that does not add up, or a sale that needs what it takes away."""
    own = error.label == str(row.pk)
    return f"This {error}" if own else f"This leaves a sale uncovered: the portfolio {error}"


@require_POST
@login_required
def transaction_delete(request: UserRequest, pk: int, transaction: int) -> Page:
    portfolio = _mine(request, pk)
    row = get_object_or_404(portfolio.transactions, pk=transaction)
    try:
        transactions.delete_transaction(row)
    except LedgerError as error:
        messages.error(request, f"Not deleted, a sale needs it: without it the portfolio {error}")
    else:
        messages.success(request, "Deleted. The figures are being computed.")
    return redirect("activity", pk)


@require_http_methods(["GET", "POST"])
@login_required
def import_new(request: UserRequest, pk: int) -> Page:
    portfolio = _mine(request, pk)
    form = UploadForm(_sent(request), request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        batch, _ = imports.upload(portfolio, file.name, file.read(), request.user.pk)
        return redirect("import", pk, batch.pk)
    context = {"form": form, "portfolio": portfolio}
    return render(request, "portfolios/import_new.html", context, status=_status(form))


@require_GET
@vary_on_headers("HX-Request")  # else «back» shows the part a poll has fetched
@login_required
def import_preview(request: UserRequest, pk: int, batch: int) -> Page:
    portfolio = _mine(request, pk)
    row = get_object_or_404(portfolio.imports.defer("content"), pk=batch)
    template = "portfolios/_import_preview.html" if request.headers.get("HX-Request") else "portfolios/import.html"
    context = {"portfolio": portfolio, "batch": row, "job": selectors.job_of(row)}
    return render(request, template, context)


@require_POST
@login_required
def import_apply(request: UserRequest, pk: int, batch: int) -> Page:
    row = get_object_or_404(ImportBatch, pk=batch, portfolio=_mine(request, pk))
    try:
        stored = imports.apply(row, timezone.now(), request.user.pk)
    except LedgerError as error:
        messages.error(request, f"Nothing was imported: the portfolio has changed meanwhile, and now it {error}")
        return redirect("import-new", pk)
    if stored is None:  # a second click, or a file that is not ready
        return redirect("import", pk, batch)
    messages.success(
        request, f"Imported {stored} transaction{'' if stored == 1 else 's'}. The figures are being computed."
    )
    return redirect("dashboard", pk)


@require_GET
@login_required
def jobs_card(request: UserRequest, pk: int) -> Page:
    """The dashboard's card again; tells the page when the last job of a busy card has ended."""
    portfolio = _mine(request, pk)
    jobs = portfolio_jobs(portfolio.pk, timezone.now())
    response = render(request, "jobs/_card.html", {"jobs": jobs, "portfolio": portfolio})
    if request.GET.get("busy") and not jobs.active:
        response["HX-Trigger"] = "jobs-done"
    return response


@require_POST
@login_required
def refresh(request: UserRequest, pk: int) -> Page:
    """Asks for new prices of what is held; asking again within a minute is the same job."""
    portfolio = _mine(request, pk)
    prices.request_refresh(portfolio, timezone.now(), request.user.pk)
    return redirect("jobs-card", pk) if request.headers.get("HX-Request") else redirect("dashboard", pk)


def _sent(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with; None: nothing was sent, show it empty."""
    return request.POST if request.method == "POST" else None


def _status(form: PortfolioForm | TransactionForm | UploadForm) -> int:
    return UNPROCESSABLE if form.errors else 200
