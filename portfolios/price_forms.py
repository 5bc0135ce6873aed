"""Forms about prices people enter: one day's close, and an instrument that no source prices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import forms

from pricing.market.files import LARGEST
from pricing.models import NAME_LENGTH, PRICE_DECIMALS

from .accounting.importers.native import FIRST_YEAR

SMALLEST = Decimal(1).scaleb(-PRICE_DECIMALS)


class PriceForm(forms.Form):
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    close = forms.DecimalField(
        label="Price", min_value=SMALLEST, max_value=LARGEST, decimal_places=PRICE_DECIMALS, max_digits=24,
        help_text="At the end of that day, of one of today's shares.",
        error_messages={"min_value": "Write a price above zero."},
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )  # fmt: skip

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day.year < FIRST_YEAR:
            raise forms.ValidationError(f"This date is before {FIRST_YEAR}.")
        return day


class OwnInstrumentForm(forms.Form):
    symbol = forms.CharField(
        max_length=32, help_text="Yours to choose: letters, digits, dots, hyphens. It begins with MY-, like MY-HOUSE.",
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    name = forms.CharField(max_length=NAME_LENGTH, required=False, help_text="What it is: House by the lake.")
    currency = forms.CharField(max_length=3, initial="USD", help_text="Of its prices: USD, EUR, GBP …")
