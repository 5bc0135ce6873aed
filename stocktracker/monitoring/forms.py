"""Forms of the monitoring room: a new symbol, a second source."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .instruments import second_sources


class RenameForm(forms.Form):
    symbol = forms.CharField(
        label=gettext_lazy("New symbol"), max_length=32,
        help_text=gettext_lazy("As the price source writes it: AAPL, VOD.L"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


class SecondSourceForm(forms.Form):
    source = forms.ChoiceField(
        label=gettext_lazy("Second source"), required=False,
        help_text=gettext_lazy("Asked for the missing days while the first source does not answer."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("None")), *((name, name.capitalize()) for name in second_sources())]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]  # it is a choice field
