"""Forms of the watchlist: a symbol to watch, a price to be told of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolios.forms.symbols import SymbolInput
from portfolios.models import Alert, Watched
from portfolios.models.watchlist import NOTE_LENGTH
from portfolios.services.instruments import foreign
from portfolios.valuation import quote_of
from pricing.market.symbols import SYMBOL
from stocktracker.sentences import said

MOST_PERCENT = 1000  # a day's change nobody waits for


class WatchForm(forms.Form):
    symbol = forms.CharField(
        label=gettext_lazy("Symbol"), max_length=32, widget=SymbolInput,
        help_text=gettext_lazy("A name, or the ticker as Yahoo writes it: AAPL, VOD.L, BTC-USD"),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), max_length=NOTE_LENGTH, required=False)

    def __init__(self, *args: Any, user_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user_id = user_id

    def clean_symbol(self) -> str:
        symbol: str = self.cleaned_data["symbol"].strip().upper()
        if not SYMBOL.fullmatch(symbol):
            raise forms.ValidationError(_("Write a ticker like AAPL, VOD.L or BTC-USD."))
        if told := foreign([symbol], self.user_id):
            raise forms.ValidationError(said(told[symbol]))
        return symbol


class NoteForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = Watched
        fields = ["note"]


class AlertForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = Alert
        fields = ["kind", "threshold", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["threshold"].widget.attrs |= {"inputmode": "decimal", "step": "any", "min": "0"}

    def clean(self) -> dict[str, Any]:
        """One that would go off at once is a mistake more often than a wish."""
        data = super().clean() or self.cleaned_data
        threshold, kind = data.get("threshold"), data.get("kind")
        if threshold is None or kind is None or threshold <= 0:
            return data
        quote = quote_of(self.instance.instrument)
        asked = Alert(instrument=self.instance.instrument, kind=kind, threshold=Decimal(threshold))
        if quote and asked.is_met_at(quote.price):
            self.add_error("threshold", _("The price is there already."))
        elif kind == Alert.Kind.MOVE and threshold > MOST_PERCENT:
            self.add_error("threshold", _("Write percent: 5 is 5 %."))
        return data
