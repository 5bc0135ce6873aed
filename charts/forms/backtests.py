"""The form of a backtest: a sentence with blanks. What was typed becomes a request; its faults go to their fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from charts.backtests.reading import MISSING, Fault
from portfolios.accounting.sentences import Sentence
from stocktracker.sentences import said

from . import fields, typed
from .templates import Template

COSTS = ("rate", "fixed", "per_share", "minimum")
PERCENTS = {"idle", "band", "cost_rate", "risk_free", "flow1_growth", "flow2_growth"}
IN_SENTENCE = ("every", "amount", "growth")  # of the first rule
UNSAID = Sentence("Say what happens with this amount: whether it is put in or taken out.")
BELOW_ZERO = Sentence("Write it without a minus, or say that it is taken out.")
WHOLE = {"portfolio"}
LISTED = {"symbols"}
ROWS, MORE_ROWS, MOST_ROWS = 4, 6, 50
INITIAL = {
    "cash": "10000", "currency": "USD", "benchmark": "SPY", "fill": "next_open", "idle": "", "cost_rate": "0",
    "cost_fixed": "0", "cost_per_share": "0", "cost_minimum": "0", "risk_free": "0", "flow1_every": "month",
    "flow2_every": "month", "flow1_growth": "0", "flow2_growth": "0",
}  # fmt: skip


class BacktestForm(forms.Form):
    """Of one template; `portfolios` are its reader's: (number as text, name)."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        template: Template,
        *,
        initial: Mapping[str, Any] | None = None,
        portfolios: Iterable[tuple[str, str]] = (),
        more: bool = False,
    ) -> None:
        filled = {**INITIAL, **template.initial} if initial is None else dict(initial)
        super().__init__(data, initial=filled, auto_id="id_%s", prefix=None)
        self.template = template
        self.row_count = self._rows_of(data if data is not None else filled, more=more) if template.weighted else 0
        self.fields.update(self._made(list(portfolios)))
        for name, field in self.fields.items():
            field.widget.attrs |= {"aria-label": field.label, "data-field": name}

    def _rows_of(self, data: Mapping[str, Any], *, more: bool) -> int:
        used = [row for row in range(MOST_ROWS) if data.get(f"symbol_{row}") or data.get(f"part_{row}")]
        there = [row for row in range(MOST_ROWS) if f"symbol_{row}" in data]
        needed = max([ROWS, len(used) + 1, max(there, default=0) + 1, *(row + 1 for row in used)])
        return min(MOST_ROWS, needed + MORE_ROWS * more)

    def _made(self, portfolios: list[tuple[str, str]]) -> dict[str, forms.Field]:
        made = {name: fields.OF_STRATEGY[name]() for name in self.template.fields}
        made |= fields.of_rows(self.row_count) | {name: make() for name, make in fields.OF_ALL.items()}
        if self.template.paid:
            made |= fields.of_rules()
        if "portfolio" in made:
            made["portfolio"].widget.choices = portfolios
        if "every" in made and "band" in made:
            made["every"].widget.choices = [*fields.NO_CALENDAR, *fields.EVERY]
        return made

    @property
    def rows(self) -> Iterator[tuple[Any, Any]]:
        """(part, symbol) as a template shows them."""
        return ((self[f"part_{row}"], self[f"symbol_{row}"]) for row in range(self.row_count))

    @property
    def further(self) -> bool:
        """Whether anything below the sentence is wrong, and so has to be seen."""
        own = {*self.template.fields, "cash", "currency"}
        if self.template.way:
            own |= {f"flow1_{name}" for name in IN_SENTENCE}
        return any(name not in own and not name.startswith(("part_", "symbol_", "__")) for name in self.errors)

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """(field, its label, sentence), in order; without a field what no field says alone."""
        return [
            (name if name in self.fields else "", self._label_of(name), str(one))
            for name, found in self.errors.items()
            for one in found
        ]

    def _label_of(self, name: str) -> str:
        """«From» is there three times: with the phase it is of."""
        label = str(self.fields[name].label) if name in self.fields else ""
        phase = {"flow1": _("Regular payments"), "flow2": _("Another phase")}.get(name.partition("_")[0])
        return f"{phase} – {label}" if phase else label

    def clean(self) -> dict[str, Any]:
        """What is missing, and what JSON could not say: the same security in two rows."""
        data = super().clean() or self.cleaned_data
        self.typed: dict[str, Any] = {name: data.get(name, "") for name in self.fields}
        needed = {*self.template.fields, "cash", "currency"} - set(self.template.optional) - {"portfolio"}
        if self.template.kind == "untraded":
            needed -= {"cash", "currency"}
        for name in sorted(needed):
            if not data.get(name):
                self.add_error(name, said(MISSING))
        seen: set[str] = set()
        for row, symbol, _part in self._weights():
            if symbol in seen:
                self.add_error(f"symbol_{row}", said(Sentence("{symbol} is there twice.", symbol=symbol)))
            seen.add(symbol)
        self._judge_rules()
        return data

    def _judge_rules(self) -> None:
        """An amount without a direction would silently be nothing, a minus put in would be taken out."""
        for rule in fields.RULES if self.template.paid else ():
            amount = self._value(f"flow{rule}_amount")
            if amount is not None and not self._way(rule):
                self.add_error(f"flow{rule}_way", said(UNSAID))
            if isinstance(amount, float) and amount < 0 and self._way(rule) == "in":
                self.add_error(f"flow{rule}_amount", said(BELOW_ZERO))

    @property
    def request(self) -> dict[str, Any]:
        """As charts.services.asking.ask takes it; only of a form that was cleaned."""
        data = self.typed
        named = {name: data[name] for name in ("start", "end") if data[name]} | {"benchmark": data["benchmark"]}
        asked: dict[str, Any] = {"strategy": self._strategy(), **named, "fill": data["fill"]}
        asked["whole_shares"] = bool(data["whole_shares"])
        asked["costs"] = _without_nothing({name: self._value(f"cost_{name}") for name in COSTS})
        asked |= _without_nothing({"risk_free": self._value("risk_free"), "cash": self._value("cash")})
        if data["currency"]:
            asked["currency"] = data["currency"]
        if self.template.paid:
            asked["flows"] = [self._flow(rule) for rule in self._rules()]
        return asked

    def refuse(self, faults: Iterable[Fault]) -> None:
        """Each at its field, once; one that no field of this form has stands above all."""
        known = self.errors  # cleaned, if it was not
        for fault in faults:
            name = self._field_of(fault.path)
            if name not in known:
                self.add_error(
                    name, said(typed.told(_in_percent(fault.sentence) if name in PERCENTS else fault.sentence))
                )

    def _strategy(self) -> dict[str, Any]:
        plain = [name for name in self.template.fields if name != "idle"]
        found = _without_nothing({name: self._value(name) for name in plain})
        if self.template.weighted:
            found["weights"] = self._parts()
            found |= _without_nothing({"cash": self._value("idle")})
        return {"kind": self.template.kind, **found}

    def _value(self, name: str) -> Any:
        text: str = self.typed[name]
        if name in PERCENTS:
            return typed.fraction(text)
        if name in LISTED:
            return typed.symbols(text)
        if name in WHOLE:
            return int(text) if text.isascii() and text.isdecimal() else None
        is_number = isinstance(self.fields[name].widget, fields.NumberInput)
        return typed.number(text) if is_number else text.strip() or None

    def _weights(self) -> list[tuple[int, str, str]]:
        """(row, symbol, part as typed) of each row that says anything."""
        data = self.typed
        pairs = [(row, data.get(f"symbol_{row}", ""), data.get(f"part_{row}", "")) for row in range(self.row_count)]
        return [(row, symbol.strip().upper(), part.strip()) for row, symbol, part in pairs if symbol or part]

    def _parts(self) -> dict[str, Any]:
        """Rows without a part share what the others and cash leave."""
        rows = [(symbol, typed.fraction(part)) for _, symbol, part in self._weights()]
        idle = self._value("idle")
        given = sum(part for part in (*(part for _, part in rows), idle) if isinstance(part, float))
        blank = sum(part is None for _, part in rows)
        rest = round((1 - given) / blank, typed.DECIMALS) if blank else 0.0
        return {symbol: rest if part is None else part for symbol, part in rows}

    def _way(self, rule: int) -> str:
        return (self.template.way if rule == 1 else "") or self.typed[f"flow{rule}_way"]

    def _rules(self) -> list[int]:
        return [rule for rule in fields.RULES if self._way(rule)]

    def _flow(self, rule: int) -> dict[str, Any]:
        names = [name for name in fields.OF_A_RULE if name != "way"]
        flow = {name: self._value(f"flow{rule}_{name}") for name in names}
        if isinstance(flow["amount"], float) and self._way(rule) == "out":
            flow["amount"] = -abs(flow["amount"])
        return _without_nothing(flow)

    def _field_of(self, path: str) -> str | None:
        """None: of the whole form."""
        first, _, rest = path.partition(".")
        name = {"costs": f"cost_{rest}", "flows": self._field_of_flow(rest)}.get(first, path)
        if first == "strategy":
            name = self._field_of_strategy(rest)
        return name if name in self.fields else None

    def _field_of_flow(self, rest: str) -> str:
        number, _, name = rest.partition(".")
        rules = self._rules() if self.template.paid else []
        rule = rules[int(number)] if number.isdecimal() and int(number) < len(rules) else 1
        return f"flow{rule}_{name or 'amount'}"

    def _field_of_strategy(self, rest: str) -> str:
        name, _, symbol = rest.partition(".")
        if name != "weights":
            return "idle" if name == "cash" else name
        return next((f"symbol_{row}" for row, own, _ in self._weights() if symbol and own == symbol.upper()), "part_0")


def _without_nothing(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def _in_percent(sentence: Sentence) -> Sentence:
    """Limits of a field that is typed in percent."""
    values = dict(sentence.values)
    for name in {"least", "most", "value"} & set(values):
        values[name] = f"{float(values[name]) * typed.HUNDRED:g} %"
    return Sentence(sentence.template, **values)
