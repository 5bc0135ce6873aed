"""A portfolio itself: made, changed, deleted."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portfolios.accounting.entries import LedgerError
from portfolios.forms.portfolios import PortfolioForm, SettingsForm
from portfolios.services import portfolios
from stocktracker.preferences.models import preferences_of
from stocktracker.sentences import said

from .owned import Page, UserRequest, editable, form_page, mine, sent


@require_http_methods(["GET", "POST"])
@login_required
def portfolio_new(request: UserRequest) -> Page:
    form = PortfolioForm(sent(request), initial={"base_currency": preferences_of(request.user).currency})
    if form.is_valid():
        portfolio = portfolios.create_portfolio(request.user, **form.cleaned_data)
        return redirect("dashboard", portfolio.pk)
    return form_page(request, "portfolios/portfolio_form.html", form, has_demo=settings.MARKET == "simulated")


@require_http_methods(["GET", "POST"])
@login_required
def portfolio_settings(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk)
    form = SettingsForm(sent(request), instance=portfolio)
    if form.is_valid():
        try:
            portfolios.change_settings(portfolio, form.settings, request.user.pk)
        except LedgerError as error:
            form.add_error("allow_short", _("There is a short sale: the portfolio %(why)s") % {"why": said(error)})
        except portfolios.BaseCurrencyError as error:
            form.add_error("base_currency", str(error))
        else:
            messages.success(request, _("Saved. The figures are being computed."))
            return redirect("settings", pk)
    return form_page(request, "portfolios/settings.html", form, portfolio=portfolio)


@require_POST
@login_required
def portfolio_delete(request: UserRequest, pk: int) -> Page:
    portfolio = editable(request, pk)
    portfolios.delete_portfolio(portfolio)
    said = _("«%(name)s» is deleted, with everything in it.")
    messages.success(request, said % {"name": portfolio.name})
    return redirect("home")
