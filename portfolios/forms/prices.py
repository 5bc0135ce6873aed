"""Forms about prices people enter: one day's close, and an instrument that no source prices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolios.accounting.importers.native import FIRST_YEAR
from pricing.market.files import LARGEST
from pricing.models import NAME_LENGTH, PRICE_DECIMALS

SMALLEST = Decimal(1).scaleb(-PRICE_DECIMALS)


class PriceForm(forms.Form):
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    close = forms.DecimalField(
        label=gettext_lazy("Price"), min_value=SMALLEST, max_value=LARGEST, decimal_places=PRICE_DECIMALS,
        max_digits=24,
        help_text=gettext_lazy("At the end of that day, of one of today's shares."),
        error_messages={"min_value": gettext_lazy("Write a price above zero.")},
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )  # fmt: skip

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day.year < FIRST_YEAR:
            raise forms.ValidationError(_("This date is before %(year)s.") % {"year": FIRST_YEAR})
        return day


class OwnInstrumentForm(forms.Form):
    symbol = forms.CharField(
        label=gettext_lazy("Symbol"), max_length=32,
        help_text=gettext_lazy("Yours to choose: letters, digits, dots, hyphens. It begins with MY-, like MY-HOUSE."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=gettext_lazy("What it is: House by the lake."),
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        max_length=3,
        initial="USD",
        help_text=gettext_lazy("Of its prices: USD, EUR, GBP …"),
    )
