"""The name of a saved strategy."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from charts.models.backtests import NAME_LENGTH


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name of the strategy"), max_length=NAME_LENGTH)
