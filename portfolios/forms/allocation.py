"""The forms of targets and of labels: one field a group, one field an instrument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portfolios.grouping import Group
from portfolios.models.allocation import NAME_LENGTH

PERCENT = 100
NEW = 2  # groups that are not there yet and may be named


class TargetsForm(forms.Form):
    """Percentages that may add up to less than a hundred; the rest is free."""

    def __init__(self, data: Any = None, *, groups: Iterable[Group]) -> None:
        super().__init__(data)
        self.groups = list(groups)
        for number, group in enumerate(self.groups):
            weight = None if group.target is None else (group.target * PERCENT).normalize()
            self.fields[f"target-{number}"] = self._percent(group.name, f"{weight:f}" if weight else None)
        for number in range(NEW):
            self.fields[f"name-{number}"] = forms.CharField(
                label=_("Another group"), required=False, max_length=NAME_LENGTH
            )
            self.fields[f"new-{number}"] = self._percent(_("Its target, %"), None)

    @staticmethod
    def _percent(label: str, initial: str | None) -> forms.DecimalField:
        return forms.DecimalField(
            label=label, required=False, min_value=0, max_value=100, decimal_places=3, initial=initial,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}), localize=True,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for number in range(NEW):
            if data.get(f"new-{number}") and not data.get(f"name-{number}"):
                self.add_error(f"name-{number}", _("Name the group of this target."))
        total = sum(self.weights.values(), Decimal(0)) * PERCENT
        if total > PERCENT:
            self.add_error(None, _("The targets add up to %(total)s %%: no more than 100 %% can be there.")
                           % {"total": f"{total.normalize():f}"})  # fmt: skip
        return data

    @property
    def weights(self) -> dict[str, Decimal]:
        """{group: fraction} of the targets that were set; a target of 0 is one."""
        data = self.cleaned_data
        named = {group.name: data.get(f"target-{number}") for number, group in enumerate(self.groups)}
        named |= {
            data[f"name-{number}"].strip(): data.get(f"new-{number}")
            for number in range(NEW)
            if data.get(f"name-{number}")
        }
        return {name: Decimal(value) / PERCENT for name, value in named.items() if value is not None}


class LabelsForm(forms.Form):
    def __init__(self, data: Any = None, *, rows: Iterable[Mapping[str, Any]]) -> None:
        super().__init__(data)
        self.rows = list(rows)
        for row in self.rows:
            self.fields[f"label-{row['instrument'].pk}"] = forms.CharField(
                label=row["instrument"].symbol, required=False, max_length=NAME_LENGTH, initial=row["label"],
                widget=forms.TextInput(attrs={"placeholder": row["place"]}),
            )  # fmt: skip

    @property
    def names(self) -> dict[int, str]:
        """{instrument: label}; empty: none."""
        return {row["instrument"].pk: self.cleaned_data[f"label-{row['instrument'].pk}"].strip() for row in self.rows}
