"""What a map of parameters runs over: a range for each number of the strategy; one or two are tried otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charts.backtests.ranges import MOST_PARAMETERS, PARAMETERS, chosen
from charts.backtests.reading import Fault
from charts.backtests.rules import Request
from portfolios.accounting.sentences import Sentence
from stocktracker.sentences import said

from . import typed
from .fields import NumberInput

LABELS = {
    "fast": _("Days of the fast average"), "slow": _("Days of the slow average"), "days": _("Days of the RSI"),
    "below": _("Buy below"), "above": _("Sell above"), "top": _("How many are held"),
    "months": _("Months to look back"), "skip": _("Months to leave out"), "band": _("Distance in percentage points"),
}  # fmt: skip
PERCENTS = {"band"}
TENTH, STEPS = 10, 5  # five steps of a tenth to either side
LIMITS = ("from", "to", "step")


class MapForm(forms.Form):
    """Of the strategy of one request: vary_fast, fast_from, fast_to, fast_step, …"""

    def __init__(self, data: Mapping[str, Any] | None, request: Request) -> None:
        own = chosen(request)
        super().__init__(data, auto_id="map_%s", initial=_initial(request, own))
        self.names = tuple(own)
        for name in self.names:
            label = str(LABELS[name])
            self.fields[f"vary_{name}"] = forms.BooleanField(required=False, label=label)
            for limit, title in zip(LIMITS, (_("from"), _("to"), _("step")), strict=True):
                widget = NumberInput({"class": "count", "aria-label": f"{label}: {title}"})
                self.fields[f"{name}_{limit}"] = forms.CharField(required=False, max_length=16, widget=widget)

    @property
    def rows(self) -> Iterator[tuple[Any, list[Any], list[str]]]:
        """(tick, its three fields, what is wrong with it)."""
        for name in self.names:
            wrong = (
                [str(error) for limit in LIMITS for error in self[f"{name}_{limit}"].errors] if self.is_bound else []
            )
            yield self[f"vary_{name}"], [self[f"{name}_{limit}"] for limit in LIMITS], wrong

    @property
    def over(self) -> dict[str, Any]:
        """As charts.services.studies.ask_map takes it; only of a form that was cleaned."""
        data = self.cleaned_data
        return {
            name: {limit: _value(name, data[f"{name}_{limit}"]) for limit in LIMITS}
            for name in self.names
            if data.get(f"vary_{name}")
        }

    def refuse(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            name = f"{fault.path.partition('.')[2]}_from"
            self.add_error(
                name if name in self.fields else None, said(typed.told(_in_words(fault.sentence, self.names)))
            )


def _in_words(sentence: Sentence, names: Iterable[str]) -> Sentence:
    """The numbers it may name as they are called above their fields."""
    if "known" not in sentence.values:
        return sentence
    return Sentence(sentence.template, **{**sentence.values, "known": ", ".join(str(LABELS[name]) for name in names)})


def _value(name: str, text: str) -> Any:
    return typed.fraction(text) if name in PERCENTS else typed.number(text)


def _initial(request: Request, own: Mapping[str, float]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for number, (name, value) in enumerate(own.items()):
        least, most, whole = PARAMETERS[type(request.strategy)][name]
        step = value / TENTH or least or 1.0
        step = max(1.0, float(round(step))) if whole else step
        below = min(STEPS, int((value - least) / step + 1e-9))
        above = min(STEPS, int((most - value) / step + 1e-9))
        show = typed.percent if name in PERCENTS else typed.shown
        limits = (value - below * step, value + above * step, step)
        filled |= {f"{name}_{limit}": show(round(one, 6)) for limit, one in zip(LIMITS, limits, strict=True)}
        filled[f"vary_{name}"] = number < MOST_PARAMETERS
    return filled
