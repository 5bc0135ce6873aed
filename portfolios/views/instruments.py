"""Instruments of one's own: made, and priced day by day. Each is reached through whoever entered it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portfolios import entered
from portfolios.forms.prices import OwnInstrumentForm, PriceForm
from portfolios.services import instruments
from pricing.models import Instrument

from .owned import Page, UserRequest, form_page, sent


@require_http_methods(["GET", "POST"])
@login_required
def instrument_new(request: UserRequest) -> Page:
    form = OwnInstrumentForm(sent(request))
    if form.is_valid():
        try:
            row = instruments.create(**form.cleaned_data, user=request.user)
        except instruments.FixError as error:
            form.add_error(None, str(error))
        else:
            told = _("%(symbol)s is yours. Enter what it is worth, then add your trades in it.")
            messages.success(request, told % {"symbol": row})
            return redirect("instrument-prices", row.symbol)
    return form_page(request, "portfolios/instrument_new.html", form, own=entered.own_instruments(request.user))


@require_http_methods(["GET", "POST"])
@login_required
def instrument_prices(request: UserRequest, symbol: str) -> Page:
    row = _own(request, symbol)
    form = PriceForm(sent(request), initial={"day": timezone.localdate()})
    if form.is_valid():
        day, close = form.cleaned_data["day"], float(form.cleaned_data["close"])
        try:
            instruments.enter(row, day, close, request.user, timezone.now())
        except instruments.FixError as error:
            form.add_error("day", str(error))
        else:
            told = _("The price of %(day)s is stored. The figures are being computed.")
            messages.success(request, told % {"day": day})
            return redirect("instrument-prices", symbol)
    corrections = entered.entered_prices(row)
    return form_page(request, "portfolios/instrument_prices.html", form, instrument=row, corrections=corrections)


@require_POST
@login_required
def price_withdraw(request: UserRequest, symbol: str, correction: int) -> Page:
    row = get_object_or_404(_own(request, symbol).corrections.select_related("instrument"), pk=correction)
    instruments.withdraw_price(row, request.user)
    told = _("The price of %(day)s is withdrawn. The figures are being computed.")
    messages.success(request, told % {"day": row.session})
    return redirect("instrument-prices", symbol)


def _own(request: UserRequest, symbol: str) -> Instrument:
    """Somebody else's does not exist, nor does what a source prices."""
    own = Instrument.objects.filter(status=Instrument.Status.MANUAL, entered_by=request.user)
    return get_object_or_404(own, symbol=symbol.replace("\0", ""))  # PostgreSQL takes no such character
