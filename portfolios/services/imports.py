"""Import a file of transactions: checked by a job, shown, then applied whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django.db import transaction

from portfolios.accounting.entries import LedgerError, SplitFact, latest_date
from portfolios.accounting.importers.native import Parsed, Problem, Row, parse
from portfolios.accounting.replay import impossible
from portfolios.accounting.sentences import Sentence
from portfolios.booking import entries_of, one, provider_splits, rules_of
from portfolios.models import ImportBatch, Portfolio, Transaction
from portfolios.services.instruments import foreign
from portfolios.services.recording import record_import
from portfolios.services.transactions import add_transactions
from pricing.market.currencies import rate_symbol
from pricing.market.symbols import SYMBOL
from pricing.models import Instrument
from stocktracker.jobs.models import Job
from stocktracker.jobs.services import enqueue

LARGEST_FILE = 4 * 1024 * 1024  # bytes
SHOWN = 200  # rows of the preview; problems are always shown all


class Source(Protocol):
    """What a check asks of the price source (pricing.services.identify)."""

    def unknown(self, symbols: Iterable[str]) -> set[str]: ...

    def splits(self, symbol: str) -> list[tuple[date, float, float]]: ...


@dataclass(frozen=True, slots=True)
class Checked:
    new: list[Row]
    duplicates: list[Row]  # their external_id is in the portfolio already
    problems: list[Problem]


def upload(portfolio: Portfolio, filename: str, content: bytes, user_id: int) -> tuple[ImportBatch, Job]:
    """Keeps the file aside and asks a worker to check it; no transaction is stored."""
    with transaction.atomic():
        batch = ImportBatch.objects.create(portfolio=portfolio, filename=filename[:200], content=content)
        job = enqueue("portfolios.check_import", batch=batch.pk, portfolio_id=portfolio.pk, requested_by_id=user_id)
    return batch, job


def check(batch: ImportBatch, now: datetime, source: Source) -> Checked:
    """Reads the file and finds every problem: format, unknown symbols, and sales of more than is held."""
    parsed = parse(bytes(batch.content), latest_date(now))
    problems = list(parsed.problems)
    problems += _foreign(parsed, batch.portfolio.owner_id)
    problems += _unknown(parsed, batch.portfolio.base_currency, source)
    new, duplicates = _without_duplicates(batch.portfolio, parsed.rows)
    sure = [row for row in new if row.symbol not in parsed.unsure]
    problems += _oversold(batch.portfolio, sure, now, source)
    return Checked(new, duplicates, sorted(problems, key=lambda problem: problem.line))


def _foreign(parsed: Parsed, owner_id: int) -> list[Problem]:
    told = foreign({row.symbol for row in parsed.rows if row.symbol}, owner_id)
    return [Problem(row.line, told[row.symbol]) for row in parsed.rows if row.symbol in told]


def _unknown(parsed: Parsed, base: str, source: Source) -> list[Problem]:
    """Symbols and currencies the price source does not know; what is stored already is not asked for again."""
    symbols = {row.symbol for row in parsed.rows if row.symbol}
    rates = {row.currency: rate for row in parsed.rows if row.currency and (rate := rate_symbol(row.currency, base))}
    stored = Instrument.objects.filter(symbol__in={*symbols, *rates.values()}, status=Instrument.Status.ACTIVE)
    unknown = {symbol for symbol in symbols if not SYMBOL.fullmatch(symbol)}
    if asked := {*symbols, *rates.values()} - set(stored.values_list("symbol", flat=True)) - unknown:
        unknown |= source.unknown(asked)
    return [
        Problem(
            row.line,
            Sentence(
                "the price source does not know the symbol {symbol}. Use its ticker, like VOD.L or SAP.DE.",
                symbol=row.symbol,
            ),
        )
        for row in parsed.rows
        if row.symbol in unknown
    ] + [
        Problem(
            row.line,
            Sentence(
                "the price source knows no exchange rate of {currency}. Use a code like EUR or GBp.",
                currency=row.currency,
            ),
        )
        for row in parsed.rows
        if rates.get(row.currency) in unknown
    ]


def _without_duplicates(portfolio: Portfolio, rows: list[Row]) -> tuple[list[Row], list[Row]]:
    stored = set(portfolio.transactions.exclude(external_id="").values_list("account", "external_id"))
    new, duplicates = [], []
    for row in rows:
        key = (row.account, row.external_id)
        if row.external_id and key in stored:
            duplicates.append(row)
        else:
            new.append(row)
            stored.add(key)
    return new, duplicates


def _oversold(portfolio: Portfolio, rows: list[Row], now: datetime, source: Source) -> list[Problem]:
    """The file's rows replayed together with what is there: one problem for each instrument that is oversold.

    Splits of an instrument never fetched are asked for only where a sale does not add up without them.
    """
    there = list(portfolio.transactions.select_related("instrument", "portfolio").order_by("date", "pk"))
    drafts = _drafts(portfolio, rows)
    entries = entries_of([*there, *drafts], portfolio, one)
    for index, row in enumerate(rows, len(there)):
        entries[index] = replace(entries[index], label=f"row {row.line}")
    splits = provider_splits(row.instrument_id for row in [*there, *drafts])
    instruments = {draft.instrument.pk: draft.instrument for draft in drafts if draft.instrument}
    problems = []
    for error in impossible(entries, splits, rules_of(portfolio), latest_date(now)):
        instrument = instruments.get(error.instrument or 0)
        if instrument is not None and not instrument.fetched_at and error.held:
            facts = [
                SplitFact(day, Decimal(str(new)), Decimal(str(old)))
                for day, new, old in source.splits(instrument.symbol)
            ]
            own = [entry for entry in entries if entry.instrument == instrument.pk]
            still = impossible(own, {instrument.pk: facts}, rules_of(portfolio), latest_date(now))
            problems += [_problem(again) for again in still]
        else:
            problems.append(_problem(error))
    return problems


def _problem(error: LedgerError) -> Problem:
    if error.label.startswith("row "):
        return Problem(int(error.label.removeprefix("row ")), error.sentence)
    return Problem(0, Sentence("Together with this file, the portfolio {why}", why=error.sentence))


def _drafts(portfolio: Portfolio, rows: list[Row]) -> list[Transaction]:
    """Unsaved transactions; an instrument that does not exist yet gets a stand-in with a negative key."""
    symbols = sorted({row.symbol for row in rows if row.symbol})
    instruments = {symbol: Instrument(pk=-number, symbol=symbol) for number, symbol in enumerate(symbols, 1)}
    instruments |= {row.symbol: row for row in Instrument.objects.filter(symbol__in=symbols)}
    drafts = [_transaction(portfolio, row) for row in rows]
    for draft, row in zip(drafts, rows, strict=True):
        draft.instrument = instruments.get(row.symbol)
    return drafts


def _transaction(portfolio: Portfolio, row: Row) -> Transaction:
    return Transaction(
        portfolio=portfolio,
        date=row.date,
        kind=row.kind,
        quantity=row.quantity,
        price=row.price,
        amount=row.amount,
        fee=row.fee,
        tax=row.tax,
        currency=row.currency,
        fx_rate=row.fx_rate,
        account=row.account,
        note=row.note,
        external_id=row.external_id,
    )


def record(batch: ImportBatch, checked: Checked) -> None:
    """Stores what the check found; a refused file is forgotten."""
    batch.report = {
        "new": len(checked.new),
        "duplicates": len(checked.duplicates),
        "rows": [_shown(row) for row in checked.new[:SHOWN]],
        "problems": [{"line": p.line, **p.message.stored} for p in checked.problems],
    }
    batch.state = ImportBatch.State.REFUSED if checked.problems else ImportBatch.State.READY
    if checked.problems:
        batch.content = b""
    batch.save()


def _shown(row: Row) -> dict[str, str | int]:
    numbers = {name: getattr(row, name) for name in ("quantity", "price", "amount", "fee", "tax")}
    return {
        "line": row.line,
        "date": row.date.isoformat(),
        "kind": row.kind,
        "symbol": row.symbol,
        "currency": row.currency,
        **{
            name: f"{value.normalize():f}" if isinstance(value, Decimal) and value else ""
            for name, value in numbers.items()
        },
    }


def apply(batch: ImportBatch, now: datetime, user_id: int) -> int | None:
    """How many transactions were stored: all new ones, in one commit with the jobs they need; None if it is not ready.

    Raises LedgerError.
    """
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.state != ImportBatch.State.READY:
            return None
        parsed = parse(bytes(locked.content), latest_date(now))
        portfolio = Portfolio.objects.select_for_update().get(pk=locked.portfolio_id)  # nobody adds a duplicate now
        new, _ = _without_duplicates(portfolio, parsed.rows)
        rows = [(_transaction(portfolio, row), row.symbol) for row in new]
        for row, _ in rows:
            row.batch = locked
        add_transactions(portfolio, rows, user_id)
        if rows:
            record_import(locked, user_id)
        locked.state, locked.content = ImportBatch.State.APPLIED, b""
        locked.save()
    return len(rows)
