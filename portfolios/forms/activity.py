"""Forms of the activity page: what is shown of it, and one row edited in its place."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolios.accounting.entries import NEEDS_AMOUNT, NEEDS_QUANTITY, TAKES_INSTRUMENT, TRADES, TRANSFERS, Kind
from portfolios.forms.transactions import TransactionForm
from portfolios.pages.activity import LARGEST, LATEST, OLDEST, SMALLEST, Choices, Filter
from stocktracker.formats import words

WITHOUT = "-"  # an account: those that name none
SORTS = {
    "": gettext_lazy("Latest first"), OLDEST: gettext_lazy("Oldest first"), LARGEST: gettext_lazy("Largest first"),
    SMALLEST: gettext_lazy("Smallest first"),
}  # fmt: skip


class FilterForm(forms.Form):
    """Read from the address; what it cannot mean is said, and shows everything else."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    account = forms.ChoiceField(label=gettext_lazy("Account"), required=False)
    year = forms.ChoiceField(label=gettext_lazy("Year"), required=False)
    first = forms.DateField(label=gettext_lazy("From"), required=False)
    last = forms.DateField(label=gettext_lazy("To"), required=False)
    sort = forms.ChoiceField(label=gettext_lazy("Order"), required=False, choices=list(SORTS.items()))

    def __init__(self, *args: Any, known: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("kind", [("", _("All kinds")), *((kind.value, words(kind)) for kind in Kind)])
        accounts = [(name, name) for name in known.accounts]
        self._choose("account", [("", _("All accounts")), *accounts, (WITHOUT, _("Without an account"))])
        self._choose("year", [("", _("All years")), *((str(year), str(year)) for year in known.years)])
        self.has_accounts = bool(accounts)
        self.fields["q"].widget = forms.TextInput(attrs={"type": "search", "placeholder": _("Symbol, note …")})
        for name in ("first", "last"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        return text.replace("\0", "")  # PostgreSQL takes no such character

    @property
    def wanted(self) -> Filter:
        """Of what is valid in it; a year and days narrow each other."""
        self.is_valid()
        said = {name: self.cleaned_data.get(name) for name in self.fields}
        year = int(said["year"] or 0)
        first = max((day for day in (said["first"], date(year, 1, 1) if year else None) if day), default=None)
        last = min((day for day in (said["last"], date(year, 12, 31) if year else None) if day), default=None)
        account = said["account"] or None
        return Filter(
            text=(said["q"] or "").strip(),
            kind=said["kind"] or "",
            account="" if account == WITHOUT else account,
            first=first,
            last=last,
            sort=said["sort"] or LATEST,
        )

    @property
    def query(self) -> dict[str, str]:
        """What of it is said, for the next address."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class RowForm(TransactionForm):
    """What is usually corrected of a transaction of its kind; the rest stays as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = {"date", "note", *_numbers(Kind(self.instance.kind))}
        for name, field in self.fields.items():
            field.disabled = name not in self.shown  # it keeps what is stored, whatever is sent
            field.help_text = ""

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name in self.shown]


def _numbers(kind: Kind) -> set[str]:
    names = {"amount"} if kind in NEEDS_AMOUNT | TRANSFERS else set()
    names |= {"quantity"} if kind in NEEDS_QUANTITY | TRANSFERS else set()
    names |= {"price"} if kind in TRADES | TRANSFERS else set()
    has_costs = kind in TAKES_INSTRUMENT | {Kind.DEPOSIT, Kind.WITHDRAWAL} and kind not in {
        Kind.FEE,
        Kind.TAX,
        Kind.SPLIT,
    }
    return names | ({"fee", "tax"} if has_costs else set())
