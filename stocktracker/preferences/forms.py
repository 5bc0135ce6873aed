"""The form of one's preferences."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Preferences

MOST_FUNDS = 4
LETTERS = 3  # of a currency


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), required=False, help_text=gettext_lazy("Price alerts are mailed to it.")
    )

    class Meta:
        model = Preferences
        fields = ["language", "numbers", "theme", "gains", "private", "currency", "benchmarks"]
        labels = {
            "numbers": gettext_lazy("Numbers"),
            "theme": gettext_lazy("Theme"),
            "gains": gettext_lazy("Gains and losses"),
            "private": gettext_lazy("Hide amounts"),
            "currency": gettext_lazy("Currency"),
            "benchmarks": gettext_lazy("Benchmarks"),
        }
        help_texts = {
            "private": gettext_lazy("Percentages stay: for a look at the screen with others."),
            "currency": gettext_lazy("Of new portfolios, and of all of them together."),
            "benchmarks": gettext_lazy("Tickers a new portfolio is compared with, the dashboard's first; up to four."),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own, passed on
        choices = [("", _("as the browser")), *settings.LANGUAGES]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.initial["email"] = User.objects.values_list("email", flat=True).get(pk=self.instance.user_id)

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        if len(currency) != LETTERS or not (currency.isascii() and currency.isalpha()):
            raise forms.ValidationError(_("Write a currency's three letters, like USD."))
        return currency

    def clean_benchmarks(self) -> str:
        symbols = dict.fromkeys(self.cleaned_data["benchmarks"].upper().replace(",", " ").split())
        if len(symbols) > MOST_FUNDS:
            raise forms.ValidationError(_("Name no more than four."))
        return ", ".join(symbols)
