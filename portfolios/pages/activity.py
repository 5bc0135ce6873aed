"""Reads of what happened in a portfolio: filtered, sorted, added up, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, NullIf

from portfolios.accounting.entries import TRADES, TRANSFERS, ZERO, Kind
from portfolios.models import Portfolio, ProposedDividend, Transaction
from portfolios.selectors import quality
from pricing.market.currencies import MINOR_UNITS, major, unit

ROWS_A_PAGE = 100
LATEST, OLDEST, LARGEST, SMALLEST = "-date", "date", "-amount", "amount"
MONEY = DecimalField(max_digits=40, decimal_places=10)
SUMMED = (Kind.BUY, Kind.SELL, Kind.DIVIDEND)  # what they are worth before fee and tax
_TRADED = Q(kind__in=sorted(TRADES | TRANSFERS), price__isnull=False, quantity__isnull=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """Everything, unless said otherwise; both days are included."""

    text: str = ""  # in a symbol, a name, a note, an account
    kind: str = ""
    account: str | None = None  # None: every one; empty: those without
    first: date | None = None
    last: date | None = None
    sort: str = LATEST


@dataclass(slots=True)
class Totals:
    """Of one currency; in it, before fee and tax, those being sums of their own."""

    currency: str
    bought: Decimal = ZERO
    sold: Decimal = ZERO
    dividends: Decimal = ZERO
    fees: Decimal = ZERO
    taxes: Decimal = ZERO

    @property
    def is_nothing(self) -> bool:
        return not any((self.bought, self.sold, self.dividends, self.fees, self.taxes))


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be asked for: years, the latest first, and accounts."""

    years: list[int] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Activity:
    page: Page[Transaction]
    totals: list[Totals]
    proposed: int  # dividends
    wrong: int  # findings

    @property
    def version(self) -> str:
        """The same as long as everything is that its rows show: drawn once, they are kept by it."""
        return sha256(repr([_shown(row) for row in self.page]).encode()).hexdigest()


def _shown(row: Transaction) -> tuple[object, ...]:
    """All that a row's template reads."""
    share = (row.instrument.symbol, row.instrument.status) if row.instrument else None
    own = (row.pk, row.portfolio_id, row.portfolio.title, row.date, row.kind, row.account, row.note, share)
    return (*own, row.quantity, row.price, row.quoted, row.gross, row.money, row.fee, row.tax)


def transactions_of(portfolio: Portfolio, wanted: Filter) -> QuerySet[Transaction]:
    """Those, with their instruments, in the order asked for."""
    rows = portfolio.entered
    if wanted.text:
        named = Q(instrument__symbol__icontains=wanted.text) | Q(instrument__name__icontains=wanted.text)
        rows = rows.filter(named | Q(note__icontains=wanted.text) | Q(account__icontains=wanted.text))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.account is not None:
        rows = rows.filter(account=wanted.account)
    if wanted.first:
        rows = rows.filter(date__gte=wanted.first)
    if wanted.last:
        rows = rows.filter(date__lte=wanted.last)
    return _sorted(rows, wanted.sort)


def _sorted(rows: QuerySet[Transaction], sort: str) -> QuerySet[Transaction]:
    """By amount: whatever the currency, in its major unit; who has none comes last."""
    if sort in {LARGEST, SMALLEST}:
        rows = rows.annotate(quoted_in=_quoted()).annotate(size=_gross(_unit()))
        ordered = F("size").desc(nulls_last=True) if sort == LARGEST else F("size").asc(nulls_last=True)
        return rows.order_by(ordered, "-date", "-pk")
    return rows.order_by("date", "pk") if sort == OLDEST else rows.order_by("-date", "-pk")


def _quoted() -> Coalesce:
    """`Transaction.quoted` in SQL."""
    own = (NullIf(name, Value("")) for name in ("currency", "instrument__currency"))
    return Coalesce(*own, "portfolio__base_currency")


def _unit() -> Case:
    """Of `quoted_in`: pence are hundredths of a pound."""
    ones = [When(quoted_in=name, then=Value(unit(name))) for name in MINOR_UNITS]
    return Case(*ones, default=Value(Decimal(1)), output_field=MONEY)


def _gross(worth: Case) -> Case:
    """`Transaction.gross` in SQL."""
    traded = ExpressionWrapper(F("price") * F("quantity") * worth, output_field=MONEY)
    return Case(When(_TRADED, then=traded), default=F("amount"), output_field=MONEY)


def totals_of(rows: QuerySet[Transaction]) -> list[Totals]:
    """By currency, those with anything to add up. One query."""
    gross = _gross(_unit())
    sums: dict[str, Any] = {"fees": Sum("fee"), "taxes": Sum("tax")}
    sums |= {kind.value: Sum(gross, filter=Q(kind=kind)) for kind in SUMMED}
    sums |= {f"own_{kind}": Sum("amount", filter=Q(kind=kind)) for kind in (Kind.FEE, Kind.TAX)}
    found: dict[str, Totals] = {}
    grouped = rows.annotate(quoted_in=_quoted()).order_by().values("quoted_in")
    added: Iterable[Any] = grouped.annotate(**sums)
    for row in added:
        money = major(row["quoted_in"])
        total = found.setdefault(money, Totals(money))
        total.bought += row["buy"] or ZERO
        total.sold += row["sell"] or ZERO
        total.dividends += row["dividend"] or ZERO
        total.fees += (row["fees"] or ZERO) + (row["own_fee"] or ZERO)
        total.taxes += (row["taxes"] or ZERO) + (row["own_tax"] or ZERO)
    return sorted((one for one in found.values() if not one.is_nothing), key=lambda one: one.currency)


def choices(portfolio: Portfolio) -> Choices:
    """One query."""
    found = list(portfolio.entered.order_by().values_list("date__year", "account").distinct())
    return Choices(
        years=sorted({year for year, _ in found}, reverse=True),
        accounts=sorted({account for _, account in found if account}),
    )


def activity(portfolio: Portfolio, wanted: Filter, page: str | None) -> Activity:
    """Any text names a page. Nine queries."""
    rows = transactions_of(portfolio, wanted)
    return Activity(
        page=Paginator(rows, ROWS_A_PAGE).get_page(page),
        totals=totals_of(rows),
        proposed=portfolio.proposed_dividends.filter(state=ProposedDividend.State.OPEN).count(),
        wrong=quality(portfolio).count,
    )
