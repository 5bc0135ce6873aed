"""One portfolio taken over from its folder: settings, transactions, targets, dividends that are not wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError

from portfolios.accounting.entries import latest_date
from portfolios.accounting.importers.native import COLUMNS, Row, parse
from portfolios.forms.portfolios import PERCENT, PortfolioForm, SettingsForm
from portfolios.models import Portfolio, ProposedDividend, Transaction
from portfolios.models.allocation import NAME_LENGTH
from portfolios.services.portfolios import change_settings, create_portfolio
from portfolios.services.targets import set_targets
from portfolios.services.transactions import add_transactions
from pricing.services.instruments import ensure_instruments
from stocktracker.sentences import said

from .naming import SYMBOL_LENGTH, Names, check_form, dimension
from .portable import PORTFOLIO, TRANSACTION_FILES, ExportError, Fields, Files, objects

FOLDER = re.compile(rf"(portfolios/[\w-]+)/{PORTFOLIO}")


def folders(files: Files) -> list[str]:
    found = (FOLDER.fullmatch(name) for name in files.named(FOLDER))
    return sorted(match[1] for match in found if match)


@dataclass(frozen=True, slots=True)
class PortfolioFiles:
    files: Files
    folder: str
    names: Names
    now: datetime

    @property
    def where(self) -> str:
        return f"{self.folder}/{PORTFOLIO}"

    @property
    def fields(self) -> Fields:
        return Fields(self.where, self.files.json(self.where, dict))

    def take(self) -> tuple[Portfolio, int]:
        """The new portfolio, and how many transactions it has. Raises ExportError and LedgerError."""
        fields, rows = self.fields, self._rows()
        name, base = self._free_name(fields.text("name", 80)), fields.text("base_currency", 3)
        cash, short = fields.flag("tracks_cash"), fields.flag("allow_short")
        typed = {"name": name, "base_currency": base, "tracks_cash": cash, "allow_short": short}
        check_form(PortfolioForm(typed), self.where)
        portfolio = create_portfolio(self.names.user, name, base, tracks_cash=cash, allow_short=short)
        self.settle(portfolio, typed)
        if rows:
            drafts = [(_transaction(portfolio, row), self.names.here(row.symbol)) for row in rows]
            add_transactions(portfolio, drafts, self.names.user.pk)
        self._dismissed(portfolio)
        return portfolio, len(rows)

    def settle(self, portfolio: Portfolio, typed: dict[str, object]) -> None:
        """Settings and targets; `typed` is what else their form has."""
        fields, here = self.fields, self.names.here
        inflation = "" if fields.told.get("inflation") is None else f"{fields.number('inflation') * PERCENT:.2f}"
        sent = typed | {
            "benchmark": here(fields.text("benchmark", SYMBOL_LENGTH, "")),
            "more_benchmarks": ", ".join(map(here, fields.texts("more_benchmarks"))),
            "risk_free": f"{fields.number('risk_free') * PERCENT:.2f}",
            "inflation": inflation,
        }
        form = SettingsForm(sent, instance=Portfolio.objects.get(pk=portfolio.pk))
        check_form(form, self.where)
        change_settings(portfolio, form.settings, self.names.user.pk)
        self._targets(portfolio)

    def _free_name(self, wanted: str) -> str:
        """«Family (2)» for whoever has a «Family»."""
        names = set(Portfolio.objects.filter(owner=self.names.user).values_list("name", flat=True))
        tries = (f"{wanted[:70]} ({number})" for number in range(2, len(names) + 3))
        return wanted if wanted not in names else next(name for name in tries if name not in names)

    def _rows(self) -> list[Row]:
        """Raises ExportError with every problem of the first file that has any."""
        rows: list[Row] = []
        for name in self.files.named(re.compile(rf"{re.escape(self.folder)}/{TRANSACTION_FILES}")):
            parsed = parse(self.files.bytes(name), latest_date(self.now))
            if parsed.problems:
                raise ExportError("\n".join(f"{name}, line {one.line}: {said(one.message)}" for one in parsed.problems))
            self.names.check((self.names.here(row.symbol) for row in parsed.rows if row.symbol), name)
            rows += parsed.rows
        _refuse_twice(rows, self.folder)
        return rows

    def _targets(self, portfolio: Portfolio) -> None:
        by_dimension: dict[str, dict[str, Decimal]] = {}
        for one in self._entries("targets"):
            weight = one.number("weight")
            if not 0 <= weight <= 1:
                raise ExportError(f"{one.where}: weight should be from 0 to 1.")
            by_dimension.setdefault(dimension(one), {})[one.text("name", NAME_LENGTH)] = weight
        for name, weights in by_dimension.items():
            set_targets(portfolio, name, weights)

    def _dismissed(self, portfolio: Portfolio) -> None:
        """Dividends that shall not be proposed again."""
        rows = self._entries("dismissed_dividends")
        symbols = [self.names.symbol(one) for one in rows]
        known = ensure_instruments(symbols, requested_by_id=self.names.user.pk)
        for one, symbol in zip(rows, symbols, strict=True):
            row = ProposedDividend(
                portfolio=portfolio, instrument=known[symbol], account=one.text("account", 60, ""),
                ex_date=one.day("ex_date"), quantity=one.number("quantity"), per_share=one.number("per_share"),
                amount=one.number("amount"), currency=one.text("currency", 3),
                state=ProposedDividend.State.DISMISSED,
            )  # fmt: skip
            _store(row, one.where)

    def _entries(self, name: str) -> list[Fields]:
        told = self.fields.told.get(name, [])
        if not isinstance(told, list):
            raise ExportError(f"{self.where}: {name} should be a list.")
        return objects(f"{self.where}, {name}", told)


def _store(row: ProposedDividend, where: str) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise ExportError(f"{where}: {' '.join(error.messages)}") from error
    row.save()


def _refuse_twice(rows: list[Row], folder: str) -> None:
    seen: set[tuple[str, str]] = set()
    for row in rows:
        key = (row.account, row.external_id)
        if row.external_id and key in seen:
            raise ExportError(f"{folder}: the external_id «{row.external_id}» is there twice (line {row.line}).")
        seen.add(key)


def _transaction(portfolio: Portfolio, row: Row) -> Transaction:
    return Transaction(portfolio=portfolio, **{name: getattr(row, name) for name in COLUMNS if name != "symbol"})
