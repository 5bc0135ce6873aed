"""Reads several pages share: a portfolio's snapshot and cash, its proposed dividends, what looks wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pricing.models import Finding
from pricing.selectors import findings
from stocktracker.jobs.models import Job
from stocktracker.sentences import said

from .dependencies import instruments_of
from .models import ImportBatch, Portfolio, ProposedDividend, Snapshot
from .valuation import ZERO

HEAVY = ("performance", "report", "trades", "findings")  # parts of a snapshot few pages need


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    kind: str
    day: date
    message: str


@dataclass(frozen=True, slots=True)
class Quality:
    """What looks wrong: with the ledger, and with the prices its figures depend on."""

    problem: str  # why the figures are not of this ledger
    ledger: list[LedgerFinding]
    prices: list[Finding]

    @property
    def count(self) -> int:
        return bool(self.problem) + len(self.ledger) + len(self.prices)


@dataclass(frozen=True, slots=True)
class Proposed:
    """Dividends nobody has booked, the latest first."""

    open: list[ProposedDividend]
    dismissed: list[ProposedDividend]


def snapshot_of(portfolio: Portfolio) -> Snapshot | None:
    """The one that came with the row (select_related); None before the first rebuild."""
    return getattr(portfolio, "snapshot", None)


def cash_of(snapshot: Snapshot | None) -> Decimal:
    """In base currency; foreign cash at the rate of the snapshot's last day."""
    if snapshot is None or not snapshot.figures:
        return ZERO
    return round(Decimal(str(snapshot.figures["value"])) - Decimal(str(snapshot.figures["securities"])), 4)


def job_of(batch: ImportBatch) -> Job | None:
    """The job that checks this file, with why it waits or has failed."""
    own = Job.objects.filter(portfolio_id=batch.portfolio_id, kind="portfolios.check_import", args__batch=batch.pk)
    return own.order_by("-id").first()


def accounts_of(portfolio: Portfolio) -> list[str]:
    """By name, those that have one. One query."""
    named = portfolio.transactions.exclude(account="").order_by("account")
    return list(named.values_list("account", flat=True).distinct())


def proposed_dividends(portfolio: Portfolio) -> Proposed:
    """One query."""
    rows = list(portfolio.proposed_dividends.select_related("instrument"))
    return Proposed(
        open=[row for row in rows if row.state == ProposedDividend.State.OPEN],
        dismissed=[row for row in rows if row.state == ProposedDividend.State.DISMISSED],
    )


def quality(portfolio: Portfolio) -> Quality:
    """Five queries."""
    stored = Snapshot.objects.filter(portfolio=portfolio).values_list("problem", "findings").first()
    problem, ledger = stored or ("", [])
    return Quality(
        problem=problem,
        ledger=[LedgerFinding(row["kind"], date.fromisoformat(row["day"]), said(row)) for row in ledger],
        prices=findings(instruments_of(portfolio).values_list("pk", flat=True)),
    )
