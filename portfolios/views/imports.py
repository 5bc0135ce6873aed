"""A file of transactions: uploaded, previewed, applied."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from portfolios import selectors
from portfolios.accounting.entries import Kind, LedgerError
from portfolios.forms.imports import UploadForm
from portfolios.models import ImportBatch
from portfolios.services import imports
from stocktracker.sentences import said

from .owned import Page, UserRequest, editable, form_page, sent


@require_http_methods(["GET", "POST"])
@login_required
def import_new(request: UserRequest, pk: int) -> Page:
    portfolio = editable(request, pk)
    form = UploadForm(sent(request), request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        batch, _ = imports.upload(portfolio, file.name, file.read(), request.user.pk)
        return redirect("import", pk, batch.pk)
    return form_page(request, "portfolios/import_new.html", form, portfolio=portfolio, kinds=list(Kind))


@require_GET
@vary_on_headers("HX-Request")  # else «back» shows the part a poll has fetched
@login_required
def import_preview(request: UserRequest, pk: int, batch: int) -> Page:
    portfolio = editable(request, pk)
    row = get_object_or_404(portfolio.imports.defer("content"), pk=batch)
    template = "portfolios/_import_preview.html" if request.headers.get("HX-Request") else "portfolios/import.html"
    context = {"portfolio": portfolio, "batch": row, "job": selectors.job_of(row)}
    return render(request, template, context)


@require_POST
@login_required
def import_apply(request: UserRequest, pk: int, batch: int) -> Page:
    row = get_object_or_404(ImportBatch, pk=batch, portfolio=editable(request, pk))
    try:
        stored = imports.apply(row, timezone.now(), request.user.pk)
    except LedgerError as error:
        told = gettext("Nothing was imported: the portfolio has changed meanwhile, and now it %(why)s")
        messages.error(request, told % {"why": said(error)})
        return redirect("import-new", pk)
    if stored is None:  # a second click, or a file that is not ready
        return redirect("import", pk, batch)
    told = ngettext(
        "Imported %(n)s transaction. The figures are being computed.",
        "Imported %(n)s transactions. The figures are being computed.",
        stored,
    )
    messages.success(request, told % {"n": stored})
    return redirect("dashboard", pk)
