"""A portfolio itself: made, changed, deleted."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from portfolios.accounting.entries import LedgerError
from portfolios.forms import PortfolioForm, SettingsForm
from portfolios.services import portfolios

from .owned import Page, UserRequest, form_page, mine, sent


@require_http_methods(["GET", "POST"])
@login_required
def portfolio_new(request: UserRequest) -> Page:
    form = PortfolioForm(sent(request))
    if form.is_valid():
        portfolio = portfolios.create_portfolio(request.user, **form.cleaned_data)
        return redirect("dashboard", portfolio.pk)
    return form_page(request, "portfolios/portfolio_form.html", form)


@require_http_methods(["GET", "POST"])
@login_required
def portfolio_settings(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk)
    form = SettingsForm(sent(request), instance=portfolio)
    if form.is_valid():
        try:
            portfolios.change_settings(portfolio, form.settings, request.user.pk)
        except LedgerError as error:
            form.add_error("allow_short", f"There is a short sale: the portfolio {error}")
        except portfolios.BaseCurrencyError as error:
            form.add_error("base_currency", str(error))
        else:
            messages.success(request, "Saved. The figures are being computed.")
            return redirect("settings", pk)
    return form_page(request, "portfolios/settings.html", form, portfolio=portfolio)


@require_POST
@login_required
def portfolio_delete(request: UserRequest, pk: int) -> Page:
    portfolio = mine(request, pk)
    portfolios.delete_portfolio(portfolio)
    messages.success(request, f"«{portfolio.name}» is deleted, with everything in it.")
    return redirect("home")
