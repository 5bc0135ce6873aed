"""Asking for a backtest: the form of a template, what is said while one types, and the result it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from charts import backtest_selectors as selectors
from charts.backtests.request import Fault, RequestError
from charts.backtests.rules import Request
from charts.forms.backtests import BacktestForm
from charts.forms.filled import initial_of, initial_with
from charts.forms.templates import TEMPLATES, Template, template_of
from charts.models import Backtest
from charts.pages import asking as pages
from charts.services.asking import ask, checked
from portfolios.accounting.sentences import Sentence
from pricing.market.symbols import SYMBOL

from .readers import SEE_OTHER, UNPROCESSABLE, Page, UserRequest


@require_http_methods(["GET", "POST"])
@login_required
def new(request: UserRequest, template: str) -> Page:
    """303 to the result, or the form: empty, filled with what ?from= and ?symbol= say, or with what is wrong."""
    chosen = _template(template)
    if request.method == "GET":
        return _page(request, _begun(request, chosen))
    if "more" in request.POST:
        return _page(request, _form(request, chosen, None, request.POST.dict(), more=True))
    form = _form(request, chosen, request.POST)
    row = _asked(request, form)
    if row is None:
        return _page(request, form, status=UNPROCESSABLE)
    return HttpResponseRedirect(reverse("backtest", args=[row.key]), status=SEE_OTHER)


@require_POST
@login_required
def check(request: UserRequest, template: str) -> Page:
    """What is wrong, or in words what would be tested; nothing is stored and no job is made."""
    form = _form(request, _template(template), request.POST, portfolios=False)
    found = _judged(request, form)
    context: dict[str, Any] = {"form": form}
    if found is not None:
        context |= {"words": pages.in_words(found), "missing": pages.missing_of(found)}
    return render(request, "charts/backtests/_checked.html", context)


def _template(slug: str) -> Template:
    if slug not in TEMPLATES:
        raise Http404
    return TEMPLATES[slug]


def _form(
    request: UserRequest,
    template: Template,
    data: Mapping[str, Any] | None,
    initial: Mapping[str, Any] | None = None,
    *,
    portfolios: bool = True,
    more: bool = False,
) -> BacktestForm:
    own = pages.portfolios_of(request.user) if portfolios and "portfolio" in template.fields else []
    return BacktestForm(data, template, initial=initial, portfolios=own, more=more)


def _begun(request: UserRequest, template: Template) -> BacktestForm:
    """Of a result that could not be, with the reason at its field."""
    row = selectors.result_of(request.user, request.GET["from"]) if "from" in request.GET else None
    if row is None or template_of(row.request) is not template:
        return _form(request, template, None, _initial(request, template))
    if not row.problem:
        return _form(request, template, None, initial_of(row.request))
    form = _form(request, template, initial_of(row.request))
    wording, values = row.problem["template"], row.problem["values"]
    form.refuse([Fault(row.problem["path"], Sentence(wording, **values))])
    return form


def _initial(request: UserRequest, template: Template) -> dict[str, Any] | None:
    """None: as the template has it."""
    symbol = request.GET.get("symbol", "").strip().upper()
    if SYMBOL.fullmatch(symbol):
        return initial_with(template, symbol)
    portfolio = request.GET.get("portfolio", "")
    if portfolio and "portfolio" in template.fields:
        return initial_with(template, "") | {"portfolio": portfolio}
    return None


def _judged(request: UserRequest, form: BacktestForm) -> Request | None:
    """The request it stands for; None where anything is wrong, which the form then says."""
    form.full_clean()
    try:
        found = checked(form.request, request.user, timezone.now())
    except RequestError as error:
        form.refuse(error.faults)
        return None
    return found if not form.errors else None


def _asked(request: UserRequest, form: BacktestForm) -> Backtest | None:
    if not form.is_valid():
        _judged(request, form)
        return None
    try:
        return ask(form.request, request.user, timezone.now())
    except RequestError as error:
        form.refuse(error.faults)
        return None


def _page(request: UserRequest, form: BacktestForm, status: int = 200) -> Page:
    context = {"form": form, "known": pages.known_to(request.user), "currencies": pages.CURRENCIES}
    return render(request, "charts/backtests/new.html", context, status=status)
