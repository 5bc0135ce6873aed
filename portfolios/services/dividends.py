"""Proposed dividends: kept in step with the ledger, booked or dismissed by their owner, never by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from portfolios.accounting.dividends import Proposal
from portfolios.accounting.entries import Kind
from portfolios.models import Change, Portfolio, ProposedDividend, Transaction
from portfolios.services.recording import record
from portfolios.services.transactions import add_transactions
from pricing.models import Instrument

State = ProposedDividend.State
OPEN = Q(state=State.OPEN)
KEY = ("instrument_id", "account", "ex_date")
NUMBERS = ("quantity", "per_share", "amount", "currency")


def sync_proposals(portfolio: Portfolio, proposals: Sequence[Proposal]) -> None:
    """Open ones become exactly these, each the row it was; dismissed ones stay dismissed. Joins the transaction."""
    rows = [_proposed(portfolio, one) for one in proposals]
    booked = _booked(portfolio) if rows else set()
    symbols = dict(Instrument.objects.filter(pk__in={row.instrument_id for row in rows}).values_list("pk", "symbol"))
    wanted = {
        (row.instrument_id, row.account, row.ex_date): row
        for row in rows
        if (row.account, external_id(symbols[row.instrument_id], row.ex_date)) not in booked
    }
    gone = [
        pk for pk, *key in portfolio.proposed_dividends.filter(OPEN).values_list("pk", *KEY) if tuple(key) not in wanted
    ]
    portfolio.proposed_dividends.filter(pk__in=gone).delete()
    ProposedDividend.objects.bulk_create(
        wanted.values(), update_conflicts=True, unique_fields=["portfolio", *KEY], update_fields=NUMBERS
    )


def _proposed(portfolio: Portfolio, one: Proposal) -> ProposedDividend:
    return ProposedDividend(
        portfolio=portfolio,
        instrument_id=one.instrument,
        account=one.account,
        ex_date=one.ex_date,
        quantity=round(one.quantity, 12),
        per_share=round(one.per_share, 10),
        amount=one.amount,
        currency=one.currency,
    )


def book_dividends(portfolio: Portfolio, rows: Iterable[int], user_id: int) -> int:
    """How many of these became transactions, dated on their ex-dates; the rebuild then finds them booked.

    Those that were booked or dismissed meanwhile are left alone. Raises LedgerError, booking none.
    """
    with transaction.atomic():
        Portfolio.objects.select_for_update().get(pk=portfolio.pk)  # a second click waits, and finds nothing to book
        chosen = list(portfolio.proposed_dividends.filter(OPEN, pk__in=rows).select_related("instrument"))
        booked = _booked(portfolio)
        new = [
            row
            for row in reversed(chosen)
            if (row.account, external_id(row.instrument.symbol, row.ex_date)) not in booked
        ]
        if new:
            typed = [(_transaction(row), row.instrument.symbol) for row in new]
            add_transactions(portfolio, typed, user_id)
            record(portfolio, user_id, Change.Kind.CREATED, [], [row.pk for row, _ in typed])
        portfolio.proposed_dividends.filter(pk__in=[row.pk for row in chosen]).delete()
    return len(new)


def dismiss(row: ProposedDividend) -> None:
    """It is not proposed again."""
    ProposedDividend.objects.filter(OPEN, pk=row.pk).update(state=State.DISMISSED)


def propose_again(row: ProposedDividend) -> None:
    """Until the next rebuild with the numbers it was dismissed with."""
    ProposedDividend.objects.filter(pk=row.pk).update(state=State.OPEN)


def _transaction(row: ProposedDividend) -> Transaction:
    return Transaction(
        portfolio=row.portfolio,
        date=row.ex_date,
        kind=Kind.DIVIDEND,
        quantity=round(row.quantity, 8),
        amount=row.amount,
        currency=row.currency,
        account=row.account,
        note=f"{row.per_share.normalize():f} a share, by the price source; the date is the ex-date",
        external_id=external_id(row.instrument.symbol, row.ex_date),
    )


def _booked(portfolio: Portfolio) -> set[tuple[str, str]]:
    """(account, external_id): one that was booked here is known whatever became of its amount and its date."""
    return set(portfolio.transactions.exclude(external_id="").values_list("account", "external_id"))


def external_id(symbol: str, ex_date: date) -> str:
    return f"dividend {symbol} {ex_date:%Y-%m-%d}"
